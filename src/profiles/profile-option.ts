import { isRecord, rulesByName, someTexts, text, textByName, texts, textsByName, type OptionCheck } from '../errors/option-check.js'
import type { Profile } from './profile.js'

const referencesByName: OptionCheck = (value) =>
  isRecord(value) && Object.values(value).every((references) => Array.isArray(references) && references.every(isReference))
    ? null
    : 'an object of arrays of references with columns, table, targetColumns, place and when'

const NEEDED: Readonly<Record<keyof Profile, OptionCheck>> = Object.freeze({
  name: (value) => (value === null || typeof value === 'string' ? null : 'a text or null'),
  groups: textsByName,
  timeColumns: textByName,
  leaveOut: textsByName,
  identities: rulesByName,
  references: referencesByName,
  labelColumns: textByName,
})

/** A profile, by hand or from holdall.yaml: nothing missing, nothing unknown, everything of its kind. */
export const profileOption: OptionCheck = (value) => {
  const due = 'a profile, as resolveStore gives it'
  if (!isRecord(value)) return due
  const missing = Object.keys(NEEDED).filter((key) => value[key] === undefined)
  if (missing.length > 0) return `${due}: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(NEEDED, key))
  if (unknown !== undefined) return `${due}: it has an unknown key ${unknown}`
  for (const [key, check] of Object.entries(NEEDED)) {
    const wrong = check(value[key])
    if (wrong !== null) return `${due}: its ${key} must be ${wrong}`
  }
  return null
}

function isReference(value: unknown): boolean {
  if (!isRecord(value) || someTexts(value['columns']) !== null || text(value['table']) !== null || texts(value['targetColumns']) !== null) return false
  const { place, when } = value
  return isPlace(place) && (when === null || (isRecord(when) && text(when['column']) === null && typeof when['value'] === 'string'))
}

function isPlace(place: unknown): boolean {
  if (!isRecord(place)) return false
  switch (place['kind']) {
    case 'columns':
      return true
    case 'inside':
      return someTexts(place['path']) === null
    case 'list':
      return text(place['separator']) === null
    default:
      return false
  }
}
