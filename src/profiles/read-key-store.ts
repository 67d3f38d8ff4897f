import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { HoldallError } from '../errors/holdall-error.js'
import { isRecord } from '../errors/option-check.js'

/** What is known of the file that an application keeps its keys in. Nothing in it is decrypted. */
export interface KeyStore {
  readonly path: string
  /** `sha256:` and hex: the same for every copy of the key store as long as its password is not changed. */
  readonly fingerprint: string
  readonly ids: ReadonlySet<string>
}

/**
 * Reads a key store: a JSON object with `password_salt` and `password_verify` in base64, and `keys` by id.
 * @throws CONFIG_INVALID
 */
export async function readKeyStore(path: string): Promise<KeyStore> {
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unusable(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`, error)
  })
  const store = parse(path, content)
  if (!isRecord(store)) throw unusable(path, 'is no JSON object')
  const { keys } = store
  if (!isRecord(keys)) throw unusable(path, 'has no object "keys"')
  const hash = createHash('sha256').update(bytes(path, store, 'password_salt')).update(bytes(path, store, 'password_verify'))
  return Object.freeze({ path, fingerprint: `sha256:${hash.digest('hex')}`, ids: new Set(Object.keys(keys)) })
}

/** The parser's own message would quote the file. */
function parse(path: string, content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    throw unusable(path, 'is no JSON')
  }
}

function bytes(path: string, store: Readonly<Record<string, unknown>>, field: string): Buffer {
  const value = store[field]
  if (typeof value !== 'string' || value === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) throw unusable(path, `has no ${field} in base64`)
  return Buffer.from(value, 'base64')
}

function unusable(path: string, problem: string, cause?: unknown): HoldallError {
  return new HoldallError('CONFIG_INVALID', {
    message: `the key store ${path} ${problem}`,
    hint: 'Name the file that the application keeps its keys in, such as .keys.json.',
    ...(cause === undefined ? {} : { cause }),
  })
}
