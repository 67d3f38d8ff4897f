/** By what columns a row here and a row in another database are the same row, and which of a table's values are only names given here. */
export interface TableIdentity {
  /**
   * Tried in this order: a row that no or several rows match by one rule falls to the next. None at all: the whole row is its
   * identity, as often as it is there.
   */
  readonly rules: readonly IdentityRule[]
  /**
   * Columns of keys that hold numbers or names handed out by each database for itself. A row that is matched takes over what
   * the target has there; a new row keeps its own where that is free and is given another where it is not.
   */
  readonly surrogates: readonly string[]
}

export interface IdentityRule {
  readonly columns: readonly string[]
  /** `declared`: by a profile or --match. */
  readonly origin: 'declared' | 'primary-key' | 'unique'
  /** Rows that are alike in these columns, NULL being like NULL, are paired one by one; it is the only rule then. */
  readonly alike?: true
  /** For people, why this rule: `NOT NULL unique key users_email_key`, `primary key (uuid)`, `declared by --match`. */
  readonly because: string
}
