import pg from 'pg'
import { HoldallError } from '../../errors/holdall-error.js'
import { redactUrl } from '../redact-url.js'
import { cancelQuery } from './cancel-query.js'
import { clientConfig } from './client-config.js'
import { interrupted, throwIfInterrupted } from '../../errors/interrupted.js'
import { messageOf } from '../../errors/message-of.js'
import { texts } from '../texts.js'
import { mapError } from './map-error.js'

/** Oldest server that is read and written: PostgreSQL 12. */
const OLDEST = 120_000

/** What makes the text of every value complete and independent of server, role and client. */
const SESSION = `
  SET client_encoding TO 'UTF8';
  SET DateStyle TO 'ISO, YMD';
  SET IntervalStyle TO 'postgres';
  SET TimeZone TO 'UTC';
  SET extra_float_digits TO 3;
  SET lc_monetary TO 'C';
  SET bytea_output TO 'hex';
  SET xmloption TO 'content';
  SET standard_conforming_strings TO on;
  SET array_nulls TO on;
  SET transform_null_equals TO off;
  SET quote_all_identifiers TO off;
  -- A policy is an error, never silently fewer rows.
  SET row_security TO off;
  -- Scans start at the first page, so two exports of the same rows have the same order.
  SET synchronize_seqscans TO off;
  SET client_min_messages TO 'warning';
  SET jit TO off;
  SET lock_timeout TO 0;
  SET statement_timeout TO 0;
  SET idle_in_transaction_session_timeout TO 0;
  -- Newer servers only.
  SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN ('transaction_timeout', 'idle_session_timeout')`

/**
 * A connection whose values all come as the server's own lossless text. An abort of the signal cancels what is
 * running; the statement then fails, and `mapError` with that signal makes it INTERRUPTED. The caller ends the client.
 * @throws STORE_NOT_FOUND no server, no such database
 * @throws STORE_NOT_PERMITTED the role may not connect
 * @throws STORE_UNREADABLE the server is older than 12, starting up, or full
 * @throws USAGE the URL is none
 * @throws INTERRUPTED
 */
export async function connect(url: string, signal?: AbortSignal): Promise<pg.Client> {
  throwIfInterrupted(signal, { store: redactUrl(url) })
  const client = newClient(url)
  // Without a listener a connection that breaks between two statements would end the process; the next statement fails anyway.
  client.on('error', () => undefined)
  const onAbort = (): void => void cancelQuery(client, url)
  try {
    await connected(client, signal)
    signal?.addEventListener('abort', onAbort, { once: true })
    client.once('end', () => signal?.removeEventListener('abort', onAbort))
    await client.query(SESSION)
    const { rows } = await client.query<[string, string]>({ text: `SELECT current_setting('server_version_num'), current_setting('server_version')`, rowMode: 'array' })
    const [number, version] = texts(rows[0], 2)
    if (Number(number) < OLDEST) throw new HoldallError('STORE_UNREADABLE', { store: redactUrl(url), message: `the server is PostgreSQL ${version}, older than 12`, hint: 'Use a server of version 12 or newer.' })
    throwIfInterrupted(signal, { store: redactUrl(url) })
    return client
  } catch (error) {
    signal?.removeEventListener('abort', onAbort)
    client.end().catch(() => undefined)
    throw mapConnectError(error, redactUrl(url), signal)
  }
}

function newClient(url: string): pg.Client {
  try {
    return new pg.Client(clientConfig(url))
  } catch (error) {
    // The parser's own error may quote the URL, and with it the password.
    throw new HoldallError('USAGE', { store: redactUrl(url), message: `the URL cannot be used${error instanceof Error && 'code' in error && error.code === 'ENOENT' ? ': a certificate file it names is missing' : ''}`, hint: 'postgres://user:password@host:5432/database; special characters in the password are written %XX.' })
  }
}

async function connected(client: pg.Client, signal: AbortSignal | undefined): Promise<void> {
  let onAbort = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(interrupted())
    signal?.addEventListener('abort', onAbort, { once: true })
  })
  try {
    await Promise.race([client.connect(), aborted])
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

const ABSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EHOSTDOWN', '3D000'])

function mapConnectError(error: unknown, store: string, signal: AbortSignal | undefined): HoldallError {
  if (HoldallError.is(error)) return error
  if (signal?.aborted === true) return interrupted({ store })
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  // Every address of a name was refused: Node gives an AggregateError without a message.
  const message = error instanceof AggregateError && error.message === '' ? error.errors.map(messageOf).join('; ') : messageOf(error)
  if (ABSENT.has(code)) return new HoldallError('STORE_NOT_FOUND', { store, message, cause: error })
  if (message === 'timeout expired') return new HoldallError('STORE_NOT_FOUND', { store, message: 'the server did not answer', cause: error })
  if (code.startsWith('28')) return new HoldallError('STORE_NOT_PERMITTED', { store, message, hint: 'Check user and password of the URL, and pg_hba.conf on the server.', cause: error })
  if (error instanceof pg.DatabaseError && (code.startsWith('57P0') || code.startsWith('53'))) return new HoldallError('STORE_UNREADABLE', { store, message, cause: error })
  if (error instanceof pg.DatabaseError) return mapError(error, { store })
  // No password at all, TLS refused, not a PostgreSQL server: only the driver's words tell.
  if (/password/i.test(message)) return new HoldallError('STORE_NOT_PERMITTED', { store, message, hint: 'Put the password into the URL, PGPASSWORD or ~/.pgpass.', cause: error })
  return new HoldallError('STORE_UNREADABLE', { store, message, cause: error })
}
