import { readFile } from 'node:fs/promises'
import { errors, importSPKI, jwtVerify, type CryptoKey, type JWTPayload } from 'jose'
import { HoldallError } from '../../errors/holdall-error.js'
import type { JwtSettings } from '../../profiles/server-settings.js'
import type { Identity } from './identity.js'
import { roleNamed } from './role.js'

/** Seconds by which clocks may differ. */
const TOLERANCE = 30

/** @throws UNAUTHENTICATED */
export type VerifyJwt = (token: string) => Promise<Identity>

/**
 * Verifies JSON Web Tokens with the one algorithm of the settings, whatever a token's own header says.
 * @throws CONFIG_INVALID when the key cannot be used
 */
export async function jwtVerifier({ key: setting, issuer, audience, roleClaim }: JwtSettings): Promise<VerifyJwt> {
  const key = await loadKey(setting)
  const options = {
    algorithms: [setting.algorithm],
    clockTolerance: TOLERANCE,
    requiredClaims: ['exp'],
    ...(issuer === null ? {} : { issuer }),
    ...(audience === null ? {} : { audience }),
  }
  return async (token) => {
    let payload: JWTPayload
    try {
      ;({ payload } = await jwtVerify(token, key, options))
    } catch (error) {
      const message = error instanceof errors.JWTExpired ? 'the token has expired' : 'the token is not valid'
      throw new HoldallError('UNAUTHENTICATED', { message, hint: 'Send a token of the issuer, audience and algorithm that the server is set to.', cause: error })
    }
    const user = [payload['username'], payload['user_id'], payload.sub].find((name) => typeof name === 'string' && name !== '')
    if (typeof user !== 'string') throw new HoldallError('UNAUTHENTICATED', { message: 'the token names nobody', hint: 'It needs one of the claims username, user_id or sub.' })
    return Object.freeze({ user, role: roleNamed(payload[roleClaim]) })
  }
}

async function loadKey(key: JwtSettings['key']): Promise<Uint8Array | CryptoKey> {
  if (key.algorithm === 'HS256') return new TextEncoder().encode(key.secret)
  try {
    return await importSPKI(await readFile(key.publicKeyFile, 'utf8'), key.algorithm)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new HoldallError('CONFIG_INVALID', { message: `${key.publicKeyFile}: ${why}`, hint: 'publicKeyFile is a PEM file that begins with BEGIN PUBLIC KEY.', cause: error })
  }
}
