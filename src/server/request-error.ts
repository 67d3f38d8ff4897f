import { asHoldallError } from '../errors/as-holdall-error.js'
import type { ErrorCode } from '../errors/catalogue.js'
import { HoldallError } from '../errors/holdall-error.js'

interface Fault {
  readonly instancePath?: string
  readonly keyword?: string
  readonly message?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly parentSchema?: { readonly properties?: Readonly<Record<string, unknown>> }
}

const CODES: Readonly<Record<string, ErrorCode>> = Object.freeze({
  FST_ERR_CTP_BODY_TOO_LARGE: 'REQUEST_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
})

/** What a request failed with, as an error of the catalogue: fastify's own among them. */
export function requestError(error: unknown): HoldallError {
  if (HoldallError.is(error) || !(error instanceof Error)) return asHoldallError(error)
  if ('validation' in error && Array.isArray(error.validation)) {
    const part = 'validationContext' in error ? String(error.validationContext) : 'request'
    const faults = (error.validation as readonly Fault[]).map((fault) => `${part}: ${describe(fault)}`)
    return new HoldallError('REQUEST_INVALID', { message: faults[0] ?? error.message, details: faults.slice(1), cause: error })
  }
  const code = 'code' in error && typeof error.code === 'string' ? CODES[error.code] : undefined
  if (code !== undefined) return new HoldallError(code, { message: error.message, cause: error })
  const known = 'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500
  return known ? new HoldallError('REQUEST_INVALID', { message: error.message, cause: error }) : asHoldallError(error)
}

/** `limit must be <= 200`, with what is allowed where that is a list. */
function describe({ instancePath = '', keyword, message = 'is not valid', params = {}, parentSchema }: Fault): string {
  const name = instancePath.slice(1).replaceAll('/', '.')
  if (keyword === 'additionalProperties') return `there is no ${String(params['additionalProperty'])}, only ${Object.keys(parentSchema?.properties ?? {}).join(', ') || 'nothing'}`
  const allowed = Array.isArray(params['allowedValues']) ? ` ${params['allowedValues'].join(', ')}` : ''
  return `${name}${name === '' ? '' : ' '}${message}${allowed}`
}
