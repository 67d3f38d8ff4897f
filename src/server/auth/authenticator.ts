import type { IncomingHttpHeaders } from 'node:http'
import { HoldallError } from '../../errors/holdall-error.js'
import type { ApiKeys } from './api-keys.js'
import { LOCAL, type Identity } from './identity.js'
import type { VerifyJwt } from './jwt-verifier.js'

/** Finds out who makes a request. @throws UNAUTHENTICATED */
export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Identity>

/** Where authentication is off everybody is `local`. */
export const authenticateNobody: Authenticate = async () => LOCAL

export function authenticator(keys: ApiKeys, verifyJwt: VerifyJwt | null): Authenticate {
  return async (headers) => {
    const token = credential(headers)
    if (!token.startsWith('hk_') && verifyJwt !== null) return verifyJwt(token)
    const identity = keys.verify(token)
    if (identity === null) throw new HoldallError('UNAUTHENTICATED', { message: 'the key is not known, was revoked, or has expired' })
    return identity
  }
}

function credential({ authorization, 'x-api-key': apiKey }: IncomingHttpHeaders): string {
  if (authorization !== undefined && apiKey !== undefined) throw new HoldallError('UNAUTHENTICATED', { message: 'the request has both Authorization and X-API-Key', hint: 'Send one of them.' })
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey
  if (authorization === undefined) throw new HoldallError('UNAUTHENTICATED', { message: 'the request does not say who makes it' })
  const [, token] = /^Bearer +([^\s,]+) *$/i.exec(authorization) ?? []
  if (token === undefined) throw new HoldallError('UNAUTHENTICATED', { message: 'the header Authorization is not of the form Bearer KEY' })
  return token
}
