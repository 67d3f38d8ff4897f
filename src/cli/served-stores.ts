import { basename } from 'node:path'
import type { Config } from '../profiles/config.js'
import { resolveStore } from '../profiles/resolve-store.js'
import type { ServedStore } from '../server/served-store.js'

export interface ServedStores {
  readonly stores: readonly ServedStore[]
  /** The first that was named; null where none was. */
  readonly first: string | null
}

/** Of the stores that are named: instead of what holdall.yaml says, if it says anything. */
export interface Named {
  readonly profile: string | undefined
  readonly keyStore: string | undefined
}

/** The stores of holdall.yaml, and those that were named besides. @throws as `resolveStore` */
export function servedStores(config: Config, named: readonly string[], { profile: profileName, keyStore: given }: Named): ServedStores {
  const stores: ServedStore[] = Object.entries(config.stores).map(([name, store]) => ({ ...store, name }))
  const names = named.map((word) => {
    const { name, location, profile, keyStore = given } = resolveStore(config, word, profileName)
    const served = { kind: 'ready' as const, location, profile, ...(keyStore === undefined ? {} : { keyStore }) }
    const known = stores.findIndex((store) => store.name === name)
    const short = name ?? freeName(shortName(location), stores)
    if (known < 0) stores.push({ ...served, name: short })
    else stores[known] = { ...served, ...(given === undefined ? {} : { keyStore: given }), name: short }
    return short
  })
  return { stores, first: names[0] ?? null }
}

/** `app` for `./data/app.db` and for `postgres://host/app`. */
function shortName(location: string): string {
  const path = URL.canParse(location) ? new URL(location).pathname : location
  return basename(path).replace(/\.(?:db|sqlite3?|s3db)$/i, '') || 'store'
}

function freeName(wanted: string, stores: readonly ServedStore[]): string {
  const taken = new Set(stores.map(({ name }) => name))
  for (let name = wanted, n = 2; ; name = `${wanted}-${n++}`) if (!taken.has(name)) return name
}
