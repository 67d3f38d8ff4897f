import type { Application } from '../archive/archive-schema.js'
import { count, keyed, nullable, object, optional, record, text } from '../archive/json-shape.js'
import { exactInstant } from '../schema/exact-instant.js'
import { METADATA_KEY } from './json-document.js'
import { applicationOf, shaped } from './parse-metadata.js'

/** What a plain document says before its rows. */
export interface PlainMetadata {
  /** Instant in ISO 8601, UTC; null where the document does not say. */
  readonly exportedAt: string | null
  readonly application: Application
  /** Null where the document does not count its rows. */
  readonly recordCounts: ReadonlyMap<string, number> | null
}

const plainShape = object({
  exported_at: optional(nullable(text), null),
  record_counts: optional(nullable(record(count)), null),
})

/**
 * Reads the metadata of a plain document: rows under groups and tables as an application itself exports them, with the version of its
 * schema in the place of a schema. Null when the document does not say that it is one. @throws DOCUMENT_INVALID
 */
export function parsePlainMetadata(value: unknown): PlainMetadata | null {
  if (Object.hasOwn(shaped(keyed, value, METADATA_KEY), 'format')) return null
  const application = applicationOf(value)
  if (application === null) return null
  const read = shaped(plainShape, value, METADATA_KEY)
  const at = read.exported_at === null ? null : (exactInstant(read.exported_at)?.milliseconds ?? null)
  return Object.freeze({
    // An archive's time fits a tar header.
    exportedAt: at === null || at < 0 || at > 0o77777777777 * 1000 ? null : new Date(at).toISOString(),
    application,
    recordCounts: read.record_counts === null ? null : new Map(Object.entries(read.record_counts)),
  })
}
