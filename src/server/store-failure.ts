import { HoldallError } from '../errors/holdall-error.js'

/** What a store that is served failed with: that its file or its database is not there is no matter of the request. */
export function storeFailure(error: unknown): unknown {
  if (!HoldallError.is(error) || error.code !== 'STORE_NOT_FOUND') return error
  return new HoldallError('STORE_UNREADABLE', { ...error.place, message: error.message, hint: 'Check that the database runs and is where the server looks for it.', cause: error })
}
