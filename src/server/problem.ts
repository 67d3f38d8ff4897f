import { CATALOGUE } from '../errors/catalogue.js'
import { HoldallError } from '../errors/holdall-error.js'
import { redact } from '../errors/redact.js'
import type { Problem } from './schemas/problem.js'

/** An error as `application/problem+json` (RFC 9457). Never a stack, never a password. */
export function problemOf(error: HoldallError, instance: string): Problem {
  // What was not foreseen may hold anything: the log has it, under the id of the request.
  const detail = error.code === 'INTERNAL' ? 'Holdall itself failed; its log says how, under the X-Request-Id of this answer.' : redact(error.message)
  return {
    type: `urn:holdall:error:${error.code}`,
    title: CATALOGUE[error.code].means,
    status: error.status,
    detail,
    instance,
    code: error.code,
    hint: redact(error.hint),
    ...(error.details.length === 0 ? {} : { details: error.details.map((each) => redact(each)) }),
    ...Object.fromEntries(Object.entries(error.place).map(([key, value]: [string, unknown]) => [key, typeof value === 'string' ? redact(value) : value])),
  }
}
