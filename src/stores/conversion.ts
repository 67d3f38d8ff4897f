/** Losses that a user may allow by name with --convert; without it the row is refused (ROW_REFUSED). */
export const CONVERSIONS = Object.freeze({
  'drop-nul': 'U+0000 is removed from text that goes into PostgreSQL',
  'replace-invalid-utf8': 'bytes of SQLite text that are not UTF-8 become U+FFFD in PostgreSQL',
  'mixed-to-text': 'a value of another class than its column is written as text into PostgreSQL (blobs as hex)',
  'nan-to-null': 'a float NaN becomes NULL in SQLite',
  'round': 'digits beyond what the target column keeps are rounded off (fractions of a second, numeric scale, float4)',
  'zone-to-utc': 'a time with a zone becomes UTC in a column without zone',
}) satisfies Readonly<Record<string, string>>

export type Conversion = keyof typeof CONVERSIONS
