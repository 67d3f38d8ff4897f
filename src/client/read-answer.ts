import type { IncomingMessage } from 'node:http'
import { CATALOGUE, type ErrorCode } from '../errors/catalogue.js'
import { HoldallError, type Place } from '../errors/holdall-error.js'
import type { RemoteServer } from './remote-server.js'
import { brokenOff } from './send-request.js'

/** No answer but an export is longer. */
const LONGEST = 16 << 20

const PLACES = ['store', 'archive', 'member', 'table', 'column', 'row', 'key'] as const satisfies readonly (keyof Place)[]

/** The JSON object that a server answered with. @throws the problem it told, SERVER_FAILED */
export async function readAnswer(server: RemoteServer, response: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const text = await readText(server, response)
  const answer = parseObject(text)
  if (!isSuccess(response)) throw problemError(server, response, answer)
  if (answer === null) throw new HoldallError('SERVER_FAILED', { message: `the answer of ${server.url.host} is not one of Holdall's`, hint: 'Check the address.' })
  return answer
}

export function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300
}

/** The failure that an answer tells, as if it had happened here. */
function problemError(server: RemoteServer, response: IncomingMessage, problem: Readonly<Record<string, unknown>> | null): HoldallError {
  const told = toldError(problem)
  if (told === null) return strange(server, response, problem?.['detail'])
  const after = response.headers['retry-after'] ?? ''
  if (told.code !== 'RATE_LIMITED' || !/^\d{1,9}$/.test(after)) return told
  return new HoldallError(told.code, { message: `${told.message}; wait ${formatWait(Number(after))}`, hint: 'Ask again then; whoever runs the server sets the limits.' })
}

/** A failure as problems (`detail`) and jobs (`message`) tell it; null where it is none of the catalogue's. */
export function toldError(told: unknown): HoldallError | null {
  if (!isObject(told)) return null
  const { code, hint, details } = told
  const message = told['detail'] ?? told['message']
  if (typeof code !== 'string' || !isCode(code) || typeof message !== 'string') return null
  return new HoldallError(code, {
    message,
    ...(typeof hint === 'string' ? { hint } : {}),
    details: textsIn(details),
    ...placeIn(told),
  })
}

function formatWait(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(CATALOGUE, code)
}

function placeIn(problem: Readonly<Record<string, unknown>>): Place {
  return Object.fromEntries(PLACES.flatMap((name) => (typeof problem[name] === (name === 'row' ? 'number' : 'string') ? [[name, problem[name]]] : [])))
}

/** An answer that no Holdall gave: a proxy's, another program's, or a newer server's. */
function strange({ url }: RemoteServer, { statusCode = 0, headers }: IncomingMessage, detail: unknown): HoldallError {
  if (statusCode === 401) return new HoldallError('UNAUTHENTICATED', { message: `${url.host} wants to know who asks` })
  if (statusCode === 403) return new HoldallError('FORBIDDEN', { message: `${url.host} does not permit it` })
  if (statusCode >= 300 && statusCode < 400) {
    const to = URL.canParse(headers.location ?? '', url.href) ? new URL(headers.location ?? '', url.href).origin : 'elsewhere'
    return new HoldallError('SERVER_FAILED', { message: `${url.host} sends on to ${to}, which is not followed: the token is for ${url.host} alone`, hint: 'Name the address that it leads to.' })
  }
  if (typeof detail === 'string') return new HoldallError('SERVER_FAILED', { message: `${url.host} answered with ${statusCode}: ${detail}` })
  return new HoldallError('SERVER_FAILED', { message: `${url.host} answered with ${statusCode}, and not as Holdall does`, hint: 'Check the address, and what stands between here and the server.' })
}

export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function readText(server: RemoteServer, response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > LONGEST) throw new HoldallError('SERVER_FAILED', { message: `the answer of ${server.url.host} is too long` })
      chunks.push(chunk)
    }
  } catch (error) {
    throw HoldallError.is(error) ? error : brokenOff(server, error)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}
