/** What of a table is secret and readable to anybody who reads the database. */
export interface TableSecrets {
  readonly columns: readonly string[]
  /** Whole rows: those whose column holds one of these texts. */
  readonly rows: readonly { readonly column: string; readonly values: readonly string[] }[]
}
