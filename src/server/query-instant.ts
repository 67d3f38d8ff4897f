import { HoldallError } from '../errors/holdall-error.js'
import { readInstant } from '../profiles/read-instant.js'

/** @throws REQUEST_INVALID */
export function queryInstant(name: string, text: string | undefined): Date | undefined {
  if (text === undefined || text === '') return undefined
  const read = readInstant(text, new Date())
  if (typeof read !== 'string') return read
  // A plus sign in a query is a blank.
  const plus = / \d\d:\d\d$/.test(text)
  throw new HoldallError('REQUEST_INVALID', { message: `querystring: ${name}: ${read}`, ...(plus ? { hint: 'In a URL, + is written %2B.' } : {}) })
}
