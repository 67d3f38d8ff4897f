import type { Drift } from '../schema/drift.js'
import type { Conversion } from '../stores/conversion.js'

/** What was found, said otherwise where the user allows it: columns that the target lacks, and the key `numbered` that it gives anew. */
export function allowedDrift(found: readonly Drift[], allowed: ReadonlySet<Conversion>, numbered: string | null): readonly Drift[] {
  return found.map((one): Drift => {
    if (one.kind === 'missing-column' && allowed.has('drop-columns')) return { ...one, severity: 'note', message: `${one.message.replace(/\.$/, '')}, and it is left out.` }
    if (one.kind === 'type' && numbered !== null && one.column === numbered) return { ...one, severity: 'note', message: `${one.table}.${numbered} is left out: new rows get the target's next numbers.` }
    return one
  })
}
