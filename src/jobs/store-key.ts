import { realpathSync } from 'node:fs'
import { openStore } from '../stores/open-store.js'

/** Equal for two locations of one store, however they are spelled, as far as that can be told without asking it. */
export async function storeKey(location: string): Promise<string> {
  const store = openStore(location)
  try {
    if (store.engine === 'sqlite') return `sqlite ${realPath(store.name)}`
    const { hostname, port, pathname } = new URL(store.name)
    return `postgresql ${hostname}:${port === '' ? 5432 : port}${pathname}`
  } catch {
    // A name that is no URL is at least equal to itself.
    return `${store.engine} ${store.name}`
  } finally {
    await store.close()
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // It is about to be made.
    return path
  }
}
