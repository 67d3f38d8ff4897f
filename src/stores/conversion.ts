/** Losses that a user may allow by name with --convert; without it the row is refused (ROW_REFUSED). */
export const CONVERSIONS = Object.freeze({
  'drop-nul': 'U+0000 is removed from text that goes into PostgreSQL',
  'replace-invalid-utf8': 'bytes of SQLite text that are not UTF-8 become U+FFFD in PostgreSQL',
  'mixed-to-text': 'a value of another class than its column is written as text into PostgreSQL (blobs as hex)',
  'blob-to-text': 'a blob that is UTF-8 text becomes text in a text column of PostgreSQL',
  'empty-to-null': 'an empty text becomes NULL in a column of PostgreSQL that holds no text',
  'nan-to-null': 'a float NaN becomes NULL in SQLite',
  'round': 'digits beyond what the target column keeps are rounded off (fractions of a second, numeric scale, float4)',
  'broken-bytes-to-null': 'bytes that another program wrote as text and so lost, in a document of its own, become NULL',
  'zone-to-utc': 'a time with a zone becomes UTC in a column without zone',
  'number-to-text': 'an integer becomes text in a text column of SQLite',
  'renumber': 'a key of text is given up where the target numbers its rows itself; rows are then the same when all the rest is',
  'drop-columns': 'columns that the target does not have are left out',
}) satisfies Readonly<Record<string, string>>

export type Conversion = keyof typeof CONVERSIONS
