import { refuseSameFile } from '../archive/refuse-same-file.js'
import type { Store } from '../stores/store.js'

/** An export only reads its store, so its output may be neither the database nor a file that SQLite keeps beside it. @throws USAGE */
export async function refuseOwnOutput(store: Store, output: string): Promise<void> {
  if (store.engine !== 'sqlite' || output === '-') return
  await refuseSameFile(output, [store.name], 'the database itself')
  await refuseSameFile(output, ['-wal', '-shm', '-journal'].map((end) => `${store.name}${end}`), 'a part of the database')
}
