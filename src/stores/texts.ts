import { HoldallError } from '../errors/holdall-error.js'

/** As many texts. */
export type Texts<Count extends number, Found extends readonly string[] = []> = Found['length'] extends Count ? Found : Texts<Count, [...Found, string]>

/**
 * The first values of a row, of which the query leaves none NULL.
 * @throws INTERNAL when one is NULL after all
 */
export function texts<Count extends number>(row: readonly (string | null)[] | undefined, count: Count): Texts<Count> {
  const found = (row ?? []).slice(0, count)
  if (!areTexts(found, count)) throw new HoldallError('INTERNAL', { message: `a query gave ${JSON.stringify(found)} for ${count} values` })
  return found
}

function areTexts<Count extends number>(values: readonly (string | null)[], count: Count): values is Texts<Count> {
  return values.length === count && values.every((value) => value !== null)
}
