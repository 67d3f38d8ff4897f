import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as turn } from 'node:timers/promises'
import type pg from 'pg'
import copyStreams from 'pg-copy-streams'
import { ident, join, sql } from '../../../stores/sql.js'
import { connect } from '../../../stores/postgresql/connect.js'
import { mapError } from '../../../stores/postgresql/map-error.js'
import { redactUrl } from '../../../stores/redact-url.js'
import { loomDdl } from './loom-ddl.js'
import type { LoomRow, LoomValue } from './loom-row.js'
import { utcTime } from './loom-time.js'
import type { LoomWriter } from './loom-writer.js'

/** Makes the tables in a database that has none of them. @throws as `connect` */
export async function openPostgresqlWriter(url: string, signal: AbortSignal | undefined): Promise<LoomWriter> {
  const client = await connect(url, signal)
  const store = redactUrl(url)
  const attempt = async <T>(work: () => Promise<T>, table?: string): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw mapError(error, table === undefined ? { store } : { store, table }, { signal })
    }
  }
  const run = async (statement: string): Promise<unknown> => attempt(async () => client.query(statement))
  // Ending the connection rolls back too, and is all that can be done where it broke.
  const rollback = async (): Promise<void> => client.end().catch(() => undefined)
  try {
    await run(sql`BEGIN`.text)
    await run(loomDdl('postgresql'))
  } catch (error) {
    await rollback()
    throw error
  }
  return {
    write: async (table, rows) => attempt(async () => copyRows(client, table, rows), table),
    commit: async () => {
      await run(sql`COMMIT`.text)
      await client.end()
    },
    rollback,
  }
}

async function copyRows(client: pg.Client, table: string, rows: Iterable<LoomRow>): Promise<number> {
  const iterator = rows[Symbol.iterator]()
  const first = iterator.next()
  if (first.done === true) return 0
  const columns = join(Object.keys(first.value).map((column) => ident(column)))
  const stream = client.query(copyStreams.from(sql`COPY ${ident(table)} (${columns}) FROM STDIN`.text))
  await pipeline(Readable.from(copyLines(first, iterator), { objectMode: false }), stream)
  return stream.rowCount
}

/** COPY text in pieces of some rows; between them whatever else waits has its turn, such as a signal. */
async function* copyLines(first: IteratorResult<LoomRow, unknown>, iterator: Iterator<LoomRow>): AsyncIterable<string> {
  let lines = ''
  for (let next = first; next.done !== true; next = iterator.next()) {
    lines += `${Object.values(next.value).map(copyCell).join('\t')}\n`
    if (lines.length < 65_536) continue
    yield lines
    lines = ''
    await turn()
  }
  yield lines
}

function copyCell(value: LoomValue): string {
  return value === null ? '\\N' : plainText(value).replace(/[\\\t\n\r]/g, (character) => ESCAPED[character] ?? '')
}

const ESCAPED: Readonly<Record<string, string>> = Object.freeze({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })

function plainText(value: Exclude<LoomValue, null>): string {
  if (typeof value !== 'object') return String(value)
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  // Quoted elements of an array escape the same two characters as JSON does; no element here holds another.
  if (!('kind' in value)) return `{${value.map((element) => `"${element.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
  return value.kind === 'time' ? utcTime(value) : value.text
}
