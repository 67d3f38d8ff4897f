/** Says what a value should have been, to be put after "must be"; null where it is that. */
export type OptionCheck = (value: unknown) => string | null

const isString = (value: unknown): value is string => typeof value === 'string'

export const text: OptionCheck = (value) => (isString(value) && value !== '' ? null : 'a text that is not empty')

export const texts: OptionCheck = (value) => (Array.isArray(value) && value.every(isString) ? null : 'an array of texts')

export const yesOrNo: OptionCheck = (value) => (typeof value === 'boolean' ? null : 'true or false')

export const callback: OptionCheck = (value) => (typeof value === 'function' ? null : 'a function')

export const instant: OptionCheck = (value) => (value instanceof Date && !Number.isNaN(value.getTime()) ? null : 'a Date that is a time')

// Not by its class: a signal may come from another realm.
export const abortSignal: OptionCheck = (value) =>
  isRecord(value) && typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function' ? null : 'an AbortSignal'

export const textByName: OptionCheck = (value) => (isRecord(value) && Object.values(value).every(isString) ? null : 'an object of texts')

export const someTexts: OptionCheck = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((each) => text(each) === null) ? null : 'an array of texts, at least one and none empty'

export const textsByName: OptionCheck = (value) => (isRecord(value) && Object.values(value).every((each) => texts(each) === null) ? null : 'an object of arrays of texts')

export const rulesByName: OptionCheck = (value) =>
  isRecord(value) && Object.values(value).every((rules) => Array.isArray(rules) && rules.length > 0 && rules.every((rule) => someTexts(rule) === null))
    ? null
    : 'an object of arrays of column lists, such as { users: [["email"]] }'

export const stream: OptionCheck = (value) => (isRecord(value) && 'pipe' in value && typeof value.pipe === 'function' ? null : 'a stream')

export function wholeNumber(low: number, high: number): OptionCheck {
  return (value) => (Number.isInteger(value) && Number(value) >= low && Number(value) <= high ? null : `a whole number from ${low} to ${high}`)
}

export function oneOf(choices: readonly string[]): OptionCheck {
  return (value) => (isString(value) && choices.includes(value) ? null : `one of ${choices.join(', ')}`)
}

export function choiceByName(choices: readonly string[]): OptionCheck {
  const check = oneOf(choices)
  return (value) => (isRecord(value) && Object.values(value).every((each) => check(each) === null) ? null : `an object of texts, each one of ${choices.join(', ')}`)
}

export function listOf(choices: readonly string[]): OptionCheck {
  return (value) => (Array.isArray(value) && value.every((each) => isString(each) && choices.includes(each)) ? null : `an array of ${choices.join(', ')}`)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
