import type { Role } from './role.js'

/** Who makes a request: from a verified key or token, never from what a header says. */
export interface Identity {
  /** For people, history and audit. */
  readonly user: string
  /** Null: known, and allowed nothing. */
  readonly role: Role | null
}

/** Whoever is at this machine, where authentication is off. */
export const LOCAL: Identity = Object.freeze({ user: 'local', role: 'admin' })
