import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'

/**
 * Writes a key store as the application keeps it (mode 0600), with an entry for each id. The entries hold random bytes of
 * the right lengths: whoever opened them would find nothing. @throws as `writeFile`; a file that is there stays
 */
export async function writeKeyStore(path: string, keyIds: readonly string[]): Promise<void> {
  const salt = randomBytes(32)
  const now = new Date().toISOString()
  const entry = (id: string): readonly [string, object] => [
    id,
    // A salt of 32 bytes, a nonce of 12, the text, and a tag of 16.
    { id, name: id, description: '', encrypted_data: randomBytes(32 + 12 + 48 + 16).toString('base64'), created_at: now, updated_at: now },
  ]
  const document = {
    version: '1.0',
    password_salt: salt.toString('base64'),
    password_verify: pbkdf2Sync('loom-default-password', salt, 100_000, 32, 'sha256').toString('base64'),
    keys: Object.fromEntries(keyIds.map(entry)),
  }
  await writeFile(path, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
}
