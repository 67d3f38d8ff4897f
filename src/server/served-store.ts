import { HoldallError } from '../errors/holdall-error.js'
import type { ConfiguredStore } from '../profiles/config.js'
import type { Profile } from '../profiles/profile.js'
import { nearNames } from '../schema/near-names.js'

/** A store that the server offers under a name. */
export type ServedStore = ConfiguredStore & { readonly name: string }

export interface ReadyStore {
  readonly name: string
  readonly location: string
  readonly profile: Profile
  readonly keyStore?: string
}

/** The store of that name, or the default one for null. @throws STORE_NOT_FOUND, CONFIG_INVALID, REQUEST_INVALID */
export function findServed(stores: readonly ServedStore[], name: string | null, defaultName: string | null): ReadyStore {
  const wanted = name ?? defaultName ?? (stores.length === 1 ? stores[0]?.name : undefined)
  if (wanted === undefined) throw new HoldallError('REQUEST_INVALID', { message: 'no store is named and there is no default', hint: `Name one of ${stores.map((store) => store.name).join(', ')}.` })
  const store = stores.find((each) => each.name === wanted)
  if (store === undefined) {
    const near = nearNames(wanted, stores.map((each) => each.name))
    throw new HoldallError('STORE_NOT_FOUND', { message: `the server has no store ${wanted}`, hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'See /api/v1/stores for those it has.' })
  }
  if (store.kind === 'unusable') throw new HoldallError('STORE_UNREADABLE', { message: store.problem, hint: 'Set the variable and start the server again.' })
  return store
}
