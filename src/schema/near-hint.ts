import { nearNames } from './near-names.js'

/** What to say of a name that is not there: those near it, if any. */
export function nearHint(name: string, candidates: Iterable<string>): { readonly hint?: string } {
  const near = nearNames(name, candidates)
  return near.length === 0 ? {} : { hint: `Did you mean ${near.join(' or ')}?` }
}
