/** A reference that the database does not declare: named by a profile. */
export interface DeclaredReference {
  /** The columns that hold the key, in the order of `targetColumns`; one column where the key stands inside a value. */
  readonly columns: readonly string[]
  /** Id of the table referred to. */
  readonly table: string
  /** Empty: its primary key. */
  readonly targetColumns: readonly string[]
  readonly place: ReferencePlace
  /** Only rows whose column holds this value refer by it: the type column of a polymorphic pair. */
  readonly when: { readonly column: string; readonly value: string } | null
  /** A key that leads nowhere is no fault and stays as it is: the row may be gone, or never have been there. */
  readonly optional?: boolean
}

/** Where in the columns the key stands. */
export type ReferencePlace =
  /** The columns are the key. */
  | { readonly kind: 'columns' }
  /**
   * Inside JSON, an array or a composite, by keys and field names from the outside in; `*` is every element of an array.
   * A plain array of ids is `['*']`.
   */
  | { readonly kind: 'inside'; readonly path: readonly string[] }
  /** A text of keys: `4,8,15`. Blanks around a key are left as they are. */
  | { readonly kind: 'list'; readonly separator: string }
