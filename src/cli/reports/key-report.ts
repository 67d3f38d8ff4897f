import type { ApiKey } from '../../server/auth/api-keys.js'
import type { Field } from '../command.js'
import type { JsonObject } from '../json.js'
import { alignTable } from '../text/align-table.js'
import type { Style } from '../text/style.js'

export function keyFields(prefix: string): readonly Field[] {
  return [
    { path: `${prefix}id`, type: 'string', means: 'id of the key' },
    { path: `${prefix}name`, type: 'string', means: 'who it is for' },
    { path: `${prefix}role`, type: 'string', means: '`viewer`, `operator` or `admin`' },
    { path: `${prefix}created`, type: 'string', means: 'when it was made' },
    { path: `${prefix}expires`, type: 'string or null', means: 'until when it is good' },
    { path: `${prefix}revoked`, type: 'string or null', means: 'when it was revoked' },
  ]
}

export function keyJson({ id, name, role, created, expires, revoked }: ApiKey): JsonObject {
  return { id, name, role, created, expires, revoked }
}

export function keysText(keys: readonly ApiKey[], style: Style): string {
  if (keys.length === 0) return 'there are no keys\n'
  const columns = ['id', 'name', 'role', 'created', 'expires', 'revoked'].map((title) => ({ title, align: 'left' as const }))
  const rows = keys.map(({ id, name, role, created, expires, revoked }) => [id, name, role, created, expires ?? 'never', revoked ?? ''])
  return `${alignTable(columns, rows, style).join('\n')}\n`
}
