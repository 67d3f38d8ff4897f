/** How a row belongs to a project: a column holds the project's id, or leads to rows that belong to it. */
export type ProjectPath =
  | { readonly kind: 'column'; readonly column: string }
  | {
      readonly kind: 'through'
      readonly column: string
      /** Id of the table that it leads to. */
      readonly table: string
      /** Null: its primary key, of one column. */
      readonly targetColumn: string | null
      readonly then: ProjectPath
    }
