import { isRecord, rulesByName, someTexts, text, textByName, texts, textsByName, type OptionCheck } from '../errors/option-check.js'
import { applicationOption } from './application.js'
import type { Profile } from './profile.js'

const referencesByName: OptionCheck = (value) =>
  isRecord(value) && Object.values(value).every((references) => Array.isArray(references) && references.every(isReference))
    ? null
    : 'an object of arrays of references with columns, table, targetColumns, place and when'

const NEEDED: Readonly<Record<keyof Profile, OptionCheck>> = Object.freeze({
  name: (value) => (value === null || typeof value === 'string' ? null : 'a text or null'),
  application: applicationOption,
  groups: textsByName,
  timeColumns: textByName,
  leaveOut: textsByName,
  identities: rulesByName,
  references: referencesByName,
  labelColumns: textByName,
  alike: (value) => (isRecord(value) && Object.values(value).every((columns) => someTexts(columns) === null) ? null : 'an object of column lists'),
  project: byName((paths) => Array.isArray(paths) && paths.length > 0 && paths.every(isPath), 'an object of arrays of ways to a project, such as { tasks: [{ kind: "column", column: "project_id" }] }'),
  columnsBetween: byName((pairs) => Array.isArray(pairs) && pairs.every(isBetween), 'an object of arrays of { sqlite, postgresql }'),
  secrets: byName(isSecrets, 'an object of { columns, rows }'),
  leaveAlone: texts,
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

function byName(is: (value: unknown) => boolean, due: string): OptionCheck {
  return (value) => (isRecord(value) && Object.values(value).every(is) ? null : due)
}

function isPath(value: unknown): boolean {
  if (!isRecord(value) || text(value['column']) !== null) return false
  if (value['kind'] === 'column') return true
  const { targetColumn } = value
  return value['kind'] === 'through' && text(value['table']) === null && (targetColumn === null || text(targetColumn) === null) && isPath(value['then'])
}

function isBetween(value: unknown): boolean {
  return isRecord(value) && text(value['sqlite']) === null && text(value['postgresql']) === null
}

function isSecrets(value: unknown): boolean {
  if (!isRecord(value) || texts(value['columns']) !== null || !Array.isArray(value['rows'])) return false
  return value['rows'].every((row: unknown) => isRecord(row) && text(row['column']) === null && someTexts(row['values']) === null)
}

function isReference(value: unknown): boolean {
  if (!isRecord(value) || someTexts(value['columns']) !== null || text(value['table']) !== null || texts(value['targetColumns']) !== null) return false
  const { place, when, optional } = value
  return isPlace(place) && (optional === undefined || typeof optional === 'boolean') && (when === null || (isRecord(when) && text(when['column']) === null && typeof when['value'] === 'string'))
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
