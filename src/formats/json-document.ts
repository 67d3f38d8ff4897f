/** Names in the JSON document; docs/FORMAT.md, "The JSON document", is the specification. */
export const DOCUMENT_FORMAT = 'holdall-json'
export const DOCUMENT_VERSION = 1

/** First and last key of a document: no group may be named so. */
export const METADATA_KEY = 'export_metadata'
export const END_KEY = 'export_end'
/** The section behind all tables, where there may be stubs: no group may be named so either. */
export const STUBS_KEY = 'stubs'
export const RESERVED_KEYS: readonly string[] = Object.freeze([METADATA_KEY, END_KEY, STUBS_KEY])
/** The one section of a document without groups. */
export const TABLES_KEY = 'tables'
/** The last section of a document with groups: tables that are in none. */
export const OTHER_GROUP = 'other'

/** Tables under one key of the document. */
export interface DocumentGroup {
  readonly name: string
  readonly tables: readonly string[]
}
