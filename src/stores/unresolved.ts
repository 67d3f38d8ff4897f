/**
 * What becomes of a row whose reference leads nowhere: `fail` refuses the import, `null` takes the row with NULL in the reference's
 * place, `skip` leaves the row out, and with it what refers to it, `keep` takes it as it is, where the engine can hold it so (SQLite).
 */
export const UNRESOLVED = Object.freeze(['fail', 'null', 'skip', 'keep'] as const)

export type Unresolved = (typeof UNRESOLVED)[number]
