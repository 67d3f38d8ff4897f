/** How a column is declared and how its values are written down; docs/FORMAT.md, "Rows", is the specification. */
export interface ColumnType {
  /** As the engine writes it: `numeric(10,2)`, `NVARCHAR(160)`, `public.mood[]`; empty for an undeclared SQLite column. */
  readonly declared: string
  readonly encoding: Encoding
  /**
   * True for every SQLite column: any value may be of another storage class than the column's own, and is then
   * written tagged (`{"$text":"…"}`).
   */
  readonly dynamic: boolean
}

/**
 * The families of values. A family fixes the JSON form of a value, whatever engine it came from.
 * `any` is a SQLite column without a class of its own (NUMERIC and undeclared types).
 */
export type ScalarFamily =
  | 'boolean'
  | 'integer'
  | 'real'
  | 'decimal'
  | 'text'
  | 'bytes'
  | 'json'
  | 'date'
  | 'time'
  | 'timetz'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'uuid'
  | 'enum'
  | 'other'
  | 'any'

export type Encoding =
  | { readonly family: ScalarFamily }
  /** `delimiter` separates elements in PostgreSQL's literal: `;` for box, else `,`. */
  | { readonly family: 'array'; readonly element: Encoding; readonly delimiter: ',' | ';' }
  | { readonly family: 'composite'; readonly fields: readonly { readonly name: string; readonly encoding: Encoding }[] }

export type Family = Encoding['family']
