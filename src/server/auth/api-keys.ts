import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { HoldallError } from '../../errors/holdall-error.js'
import type { State } from '../../jobs/open-state.js'
import type { Identity } from './identity.js'
import { roleNamed, type Role } from './role.js'

/** An API key as it is listed; the key itself is nowhere kept. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly role: Role
  /** RFC 3339. */
  readonly created: string
  readonly expires: string | null
  readonly revoked: string | null
}

export interface ApiKeys {
  /** Makes a key. `token` is shown this once. */
  create(props: { readonly name: string; readonly role: Role; readonly expires: Date | null }): { readonly key: ApiKey; readonly token: string }
  list(): readonly ApiKey[]
  /** @throws KEY_NOT_FOUND */
  revoke(id: string): ApiKey
  /** Whose key it is; null for one that is unknown, revoked or expired. */
  verify(token: string): Identity | null
  /** Whether any key can be used. */
  any(): boolean
}

interface Row extends Omit<ApiKey, 'role'> {
  readonly role: string
}

const COLUMNS = 'id, name, role, created, expires, revoked'
const NOBODY = Buffer.alloc(32)

export function openApiKeys({ db }: State): ApiKeys {
  const insert = db.prepare('INSERT INTO api_key (id, name, role, hash, created, expires) VALUES (?, ?, ?, ?, ?, ?)')
  const all = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM api_key ORDER BY created, id`)
  const one = db.prepare<[string], Row & { readonly hash: Buffer }>(`SELECT ${COLUMNS}, hash FROM api_key WHERE id = ?`)
  const revoke = db.prepare('UPDATE api_key SET revoked = coalesce(revoked, ?) WHERE id = ?')
  const usable = db.prepare<[string]>('SELECT 1 FROM api_key WHERE revoked IS NULL AND (expires IS NULL OR expires > ?)')

  const find = (id: string): ApiKey => {
    const row = one.get(id)
    if (row === undefined) throw new HoldallError('KEY_NOT_FOUND', { message: `there is no key ${id}` })
    return keyOf(row)
  }
  return {
    create: ({ name, role, expires }) => {
      const id = randomBytes(6).toString('hex')
      const secret = randomBytes(32).toString('hex')
      insert.run(id, name, role, hash(secret), new Date().toISOString(), expires?.toISOString() ?? null)
      return { key: find(id), token: `hk_${id}_${secret}` }
    },
    list: () => all.all().map(keyOf),
    revoke: (id) => {
      revoke.run(new Date().toISOString(), id)
      return find(id)
    },
    verify: (token) => {
      const [, id, secret] = /^hk_([0-9a-f]{12})_([0-9a-f]{64})$/.exec(token) ?? []
      if (id === undefined || secret === undefined) return null
      const row = one.get(id)
      // An unknown id takes as long as a wrong secret.
      const same = timingSafeEqual(hash(secret), row?.hash ?? NOBODY)
      if (!same || row === undefined || row.revoked !== null) return null
      if (row.expires !== null && row.expires <= new Date().toISOString()) return null
      return Object.freeze({ user: row.name, role: roleNamed(row.role) })
    },
    any: () => usable.get(new Date().toISOString()) !== undefined,
  }
}

/** A key of 256 random bits needs no slow hash: there is nothing to guess. */
function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function keyOf({ id, name, role, created, expires, revoked }: Row): ApiKey {
  return Object.freeze({ id, name, role: roleNamed(role) ?? 'viewer', created, expires, revoked })
}
