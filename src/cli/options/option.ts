/** One flag of a command: how it is written, what it means, and how its text becomes a value. */
export interface Option<T> {
  /** Without the dashes: `compression-level`, `no-color`. */
  readonly name: string
  readonly short: string | null
  /** Name of the value in help: `FILE`; null for a switch. */
  readonly value: string | null
  /** One sentence. */
  readonly means: string
  /** What holds when it is not given, for help; null when nothing does. */
  readonly otherwise: string | null
  /** May be given several times. */
  readonly repeatable: boolean
  /** How a variable is cut into texts where the flag may be given several times. */
  readonly splitVariable: (text: string) => readonly string[]
  /** Texts as typed, at least one. @throws BadValue */
  readonly parse: (texts: readonly [string, ...string[]]) => T
}

/** What is wrong with a value, to be put after the name of its flag or variable: `"abc" is not a number`. */
export class BadValue extends Error {}

/** `HOLDALL_COMPRESSION_LEVEL` for `compression-level`. */
export function variableName(option: Pick<Option<unknown>, 'name'>): string {
  return `HOLDALL_${option.name.replaceAll('-', '_').toUpperCase()}`
}

interface OptionProps {
  readonly name: string
  readonly short?: string
  readonly means: string
  readonly otherwise?: string
}

/** An option with one value; the last one given counts. */
export function valueOption<T>(props: OptionProps & { readonly value: string; readonly parse: (text: string) => T }): Option<T> {
  return Object.freeze({
    name: props.name,
    short: props.short ?? null,
    value: props.value,
    means: props.means,
    otherwise: props.otherwise ?? null,
    repeatable: false,
    splitVariable: (text: string) => [text],
    parse: (texts: readonly [string, ...string[]]) => props.parse(texts.at(-1) ?? texts[0]),
  })
}

/** An option that may be given several times. */
export function repeatableOption<T>(
  props: OptionProps & {
    readonly value: string
    readonly splitVariable: (text: string) => readonly string[]
    readonly parse: (texts: readonly [string, ...string[]]) => T
  },
): Option<T> {
  return Object.freeze({ ...props, short: props.short ?? null, otherwise: props.otherwise ?? null, repeatable: true })
}

/** A flag without a value; its variable says 1 or 0, true or false. */
export function switchOption(props: OptionProps): Option<boolean> {
  const { value: _value, ...option } = valueOption({ ...props, value: '', parse: parseBoolean })
  return Object.freeze({ ...option, value: null })
}

function parseBoolean(text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true
  if (/^(0|false|no|off)$/i.test(text)) return false
  throw new BadValue(`${JSON.stringify(text)} is neither 1 or true nor 0 or false`)
}
