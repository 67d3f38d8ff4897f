import type { RowFilter } from '../stores/store.js'

/** The rows of a table that a selection names itself, before what they refer to comes along. */
export type OwnRows =
  | { readonly kind: 'all' }
  | { readonly kind: 'some'; readonly filter: RowFilter }
  | { readonly kind: 'none' }
