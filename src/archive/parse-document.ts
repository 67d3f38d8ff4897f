import { FORMAT_NAME, FORMAT_VERSION, type ArchiveFormat } from './archive-schema.js'
import { count, object, oneOf, ShapeError, type Shape } from './json-shape.js'
import { memberError, type MemberPlace } from './member-place.js'

export const formatShape: Shape<ArchiveFormat> = object<ArchiveFormat>({ name: oneOf<typeof FORMAT_NAME>({ [FORMAT_NAME]: true }), version: count })

/**
 * Parses a JSON member. Its `format.version` is looked at before anything else is believed.
 * @throws ARCHIVE_NEWER, ARCHIVE_CORRUPT with the JSON path
 */
export function parseDocument<T>(content: Buffer, shape: Shape<T>, root: string, place: MemberPlace): T {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content))
    if (newer(value)) throw memberError('ARCHIVE_NEWER', place, `the archive has a newer format than ${FORMAT_VERSION}`)
    return shape(value, root)
  } catch (error) {
    if (error instanceof ShapeError) throw memberError('ARCHIVE_CORRUPT', place, error.message, error)
    if (error instanceof SyntaxError || error instanceof TypeError) throw memberError('ARCHIVE_CORRUPT', place, 'no JSON in UTF-8', error)
    throw error
  }
}

function newer(value: unknown): boolean {
  const format = property(value, 'format')
  const version = property(format, 'version')
  return property(format, 'name') === FORMAT_NAME && typeof version === 'number' && version > FORMAT_VERSION
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined
}
