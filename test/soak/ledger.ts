import Database from 'better-sqlite3'
import { withClient, type Rows } from './oracle.js'

export const TABLES = Object.freeze(['accounts', 'entries'] as const)

/** Which accounts and entries there are, by id, and the word in all of their values. */
export interface Ledger {
  readonly word: string
  readonly first: number
  readonly last: number
}

/** Entries of one account. */
const EACH = 50

const DDL = [
  'CREATE TABLE accounts (id {id} PRIMARY KEY, name TEXT NOT NULL UNIQUE, balance INTEGER NOT NULL)',
  'CREATE TABLE entries (id {id} PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id), amount INTEGER NOT NULL, note TEXT NOT NULL)',
  'CREATE INDEX entries_by_account ON entries (account_id, amount)',
]
const SQLITE_TRIGGER = "CREATE TRIGGER careful BEFORE DELETE ON accounts BEGIN SELECT raise(ABORT, 'accounts stay'); END"
const POSTGRESQL_TRIGGER = "CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''accounts stay''; END'; CREATE TRIGGER careful BEFORE DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION stay()"

/** Both engines understand these. */
function fill(series: string, word: string): string {
  return `INSERT INTO accounts SELECT n, 'account ' || n, n * ${word.length} FROM (${series}) AS s;
    INSERT INTO entries SELECT n * ${EACH} + e, n, n + e, '${word} ' || n || ' ' || e FROM (${series}) AS s CROSS JOIN (${numbers(0, EACH - 1, 'e')}) AS t`
}

function numbers(from: number, to: number, name: string): string {
  return `WITH RECURSIVE c${name} (${name}) AS (SELECT ${from} UNION ALL SELECT ${name} + 1 FROM c${name} WHERE ${name} < ${to}) SELECT ${name} FROM c${name}`
}

export function ledgerInSqlite(path: string, { word, first, last }: Ledger, journal: 'delete' | 'wal' = 'delete'): string {
  const db = new Database(path)
  db.pragma(`journal_mode = ${journal}`)
  db.exec(`BEGIN; ${DDL.join(';').replaceAll('{id}', 'INTEGER')}; ${SQLITE_TRIGGER}; ${fill(numbers(first, last, 'n'), word)}; COMMIT`)
  db.close()
  return path
}

export async function ledgerInPostgresql(url: string, ledger: Ledger | null): Promise<string> {
  const make = ledger === null ? '' : `${DDL.join(';').replaceAll('{id}', 'integer')}; ${POSTGRESQL_TRIGGER}; ${fill(numbers(ledger.first, ledger.last, 'n'), ledger.word)}`
  await withClient(url, async (client) => client.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${make}`))
  return url
}

/** What a store holds once the ledgers were written into it, one over the other. */
export function expectedRows(...ledgers: readonly Ledger[]): Rows {
  const [accounts, entries] = [new Map<number, string>(), new Map<number, string>()]
  for (const { word, first, last } of ledgers) {
    for (let n = first; n <= last; n += 1) {
      accounts.set(n, JSON.stringify({ id: n, name: `account ${n}`, balance: n * word.length }))
      for (let e = 0; e < EACH; e += 1) entries.set(n * EACH + e, JSON.stringify({ id: n * EACH + e, account_id: n, amount: n + e, note: `${word} ${n} ${e}` }))
    }
  }
  return { accounts: [...accounts.values()].sort(), entries: [...entries.values()].sort() }
}
