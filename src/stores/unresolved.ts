/** What becomes of a row whose reference leads nowhere: `keep` takes it as it is, where the engine can hold it so (SQLite). */
export const UNRESOLVED = Object.freeze(['fail', 'keep'] as const)

export type Unresolved = (typeof UNRESOLVED)[number]
