import { HoldallError } from '../../../errors/holdall-error.js'
import { present } from '../../../errors/present.js'
import type { Reference, Table } from '../../../schema/schema.js'
import { tableId } from '../../../schema/table-id.js'
import { all } from '../../merge/aliases.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { keyText, valueText } from './key-text.js'
import { rowLocator } from './row-locator.js'
import type { ImportSession } from './session.js'

/** One declared reference with what SQLite finds at its other end. */
interface CheckedReference {
  readonly id: string
  readonly child: Table
  readonly reference: Reference
  /** Name of the parent as the database has it; null: there is no such table, or it has no such columns. */
  readonly parent: string | null
}

/**
 * Remembers, before the first write to a table, which rows already break a reference from or to it: an import does not
 * answer for those. Costs nothing where a side is empty.
 */
export function recordBroken(session: ImportSession, tableId: string): void {
  for (const checked of referencesOf(session, new Set([tableId]))) {
    if (session.brokenBefore.has(checked.id) || checked.parent === null) continue
    session.brokenBefore.set(checked.id, recorded(session, checked, checked.parent))
  }
}

function recorded(session: ImportSession, checked: CheckedReference, parent: string): Sql | null {
  const { db } = session
  const broken = brokenRows(checked, parent)
  if (db.prepare(sql`SELECT 1 FROM (${broken}) LIMIT 1`.text).get() === undefined) return null
  const name = `holdall_broken_${session.brokenBefore.size}`
  const columns = join(columnNames(checked))
  db.exec(sql`CREATE TEMP TABLE ${ident(name)} (${columns}); INSERT INTO temp.${ident(name)} ${broken}; CREATE INDEX temp.${ident(`${name}_index`)} ON ${ident(name)} (${columns})`.text)
  return ident('temp', name)
}

/**
 * Checks every reference from and to the tables that were written. Returns what could not be checked, one sentence each.
 * SQLite's own foreign_key_check would stop at a reference whose parent has no unique key, has no rowids to name for a
 * WITHOUT ROWID table, and cannot tell old violations from new ones.
 * @throws REFERENCE_UNRESOLVED with up to five rows and the total, unless they are to be kept
 */
export function checkReferences(session: ImportSession): readonly string[] {
  const notes: string[] = []
  const findings: Finding[] = []
  const imported = new Set(session.tables.flatMap(({ role, target }) => (role === 'written' ? [target.id] : [])))
  for (const checked of referencesOf(session, session.written)) {
    if (checked.parent === null) {
      const note = session.written.has(checked.child.id) ? danglingNote(session, checked) : null
      if (note !== null) notes.push(note)
    } else {
      const finding = newlyBroken(session, checked, checked.parent)
      if (finding === null) continue
      if (session.options.unresolved === 'keep' && imported.has(checked.child.id)) notes.push(keptNote(finding))
      else findings.push(finding)
    }
  }
  const [first] = findings
  if (first === undefined) return notes
  const total = findings.reduce((sum, finding) => sum + finding.total, 0)
  throw new HoldallError('REFERENCE_UNRESOLVED', {
    message: `${total === 1 ? '1 row refers' : `${total} rows refer`} to rows that are neither in the archive nor in the target`,
    store: session.store,
    table: first.checked.child.id,
    column: first.checked.reference.columns.join(', '),
    key: first.key,
    details: findings.flatMap((finding) => finding.lines),
    ...(findings.every(({ checked }) => imported.has(checked.child.id)) ? { hint: 'Include the table referred to, import it first, or take the rows as they are with --on-unresolved keep.' } : {}),
  })
}

interface Finding {
  readonly checked: CheckedReference
  readonly total: number
  readonly key: string
  readonly lines: readonly string[]
}

const EXAMPLES = 5

function newlyBroken(session: ImportSession, checked: CheckedReference, parent: string): Finding | null {
  const before = session.brokenBefore.get(checked.id) ?? null
  const names = columnNames(checked)
  const same = all(names.map((name) => sql`b.${name} IS v.${name}`))
  const broken = before === null ? brokenRows(checked, parent) : sql`SELECT * FROM (${brokenRows(checked, parent)}) AS v WHERE NOT EXISTS (SELECT 1 FROM ${before} AS b WHERE ${same})`
  const total = present(session.db.prepare<[], number>(sql`SELECT count(*) FROM (${broken})`.text).pluck().get())
  if (total === 0) return null
  const locator = rowLocator(checked.child)
  const key = checked.child.primaryKey?.columns ?? locator
  const rows = session.db.prepare<[], unknown[]>(sql`SELECT * FROM (${broken}) LIMIT ${EXAMPLES}`.text).safeIntegers().raw().all()
  const examples = rows.map((row) => ({ key: keyText(key, keyOf(session, checked, key, locator, row)), values: row.slice(locator.length) }))
  const { columns, targetColumns } = checked.reference
  const lines = examples.map(
    (example) => `${checked.child.id} ${example.key}: ${columns.join(', ')}=${example.values.map(valueText).join(', ')} is not in ${checked.reference.table} (${targetColumns.join(', ')})`,
  )
  return { checked, total, key: present(examples[0]).key, lines: total > lines.length ? [...lines, `and ${total - lines.length} more rows of ${checked.child.id}`] : lines }
}

function keptNote({ checked: { child, reference }, total, lines }: Finding): string {
  return `${total === 1 ? '1 row' : `${total} rows`} of ${child.id} ${total === 1 ? 'was' : 'were'} kept as ${total === 1 ? 'it is' : 'they are'}, referring to no row of ${reference.table}: ${lines.join('; ')}`
}

function keyOf(session: ImportSession, checked: CheckedReference, key: readonly string[], locator: readonly string[], row: readonly unknown[]): readonly unknown[] {
  const where = all(locator.map((name) => sql`${ident(name)} = ?`))
  const statement = session.db.prepare<unknown[], unknown[]>(sql`SELECT ${join(key.map((name) => ident(name)))} FROM main.${ident(checked.child.name)} WHERE ${where}`.text)
  return present(statement.safeIntegers().raw().get(...row.slice(0, locator.length)))
}

function danglingNote(session: ImportSession, checked: CheckedReference): string | null {
  const { child, reference } = checked
  const total = present(session.db.prepare<[], number>(sql`SELECT count(*) FROM main.${ident(child.name)} WHERE ${filled(reference)}`.text).pluck().get())
  if (total === 0) return null
  return `${child.id}.${reference.columns.join(', ')} refers to ${reference.table} (${reference.targetColumns.join(', ')}), which is not in this database: ${total === 1 ? '1 row was taken as it is' : `${total} rows were taken as they are`}`
}

function referencesOf(session: ImportSession, ids: ReadonlySet<string>): readonly CheckedReference[] {
  return session.schema.tables.flatMap((child) =>
    child.references.flatMap((reference, index) => {
      if (!ids.has(child.id) && !ids.has(reference.table)) return []
      return [{ id: `${child.id}/${index}`, child, reference, parent: parentOf(session, reference) }]
    }),
  )
}

/** Parents are looked up in the database itself: one may be a view, or a table that an export leaves out. */
function parentOf(session: ImportSession, reference: Reference): string | null {
  if (reference.targetColumns.length === 0) return null
  const names = session.db.prepare<[], string>(sql`SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view')`.text).pluck().all()
  const name = names.find((candidate) => tableId(null, candidate).toLowerCase() === reference.table.toLowerCase())
  if (name === undefined) return null
  const columns = session.db.prepare<[string], string>(`SELECT lower(name) FROM pragma_table_xinfo(?)`).pluck().all(name)
  return reference.targetColumns.every((column) => columns.includes(column.toLowerCase())) ? name : null
}

function columnNames(checked: CheckedReference): readonly Sql[] {
  return [...rowLocator(checked.child).map((_, index) => ident(`k${index}`)), ...checked.reference.columns.map((_, index) => ident(`v${index}`))]
}

/**
 * The rows of the child that refer to nothing. The parent's column stands left, so that its collation holds, and the
 * child's value has no affinity of its own, so that the parent's is applied: as SQLite's foreign keys compare.
 */
function brokenRows(checked: CheckedReference, parent: string): Sql {
  const { child, reference } = checked
  const values = reference.columns.map((column) => sql`c.${ident(column)}`)
  const located = [...rowLocator(child).map((name) => sql`c.${ident(name)}`), ...values]
  const names = columnNames(checked)
  const selected = join(located.map((value, index) => sql`${value} AS ${present(names[index])}`))
  const meets = all(reference.targetColumns.map((column, index) => sql`p.${ident(column)} = +${present(values[index])}`))
  return sql`SELECT ${selected} FROM main.${ident(child.name)} AS c WHERE ${filled(reference)} AND NOT EXISTS (SELECT 1 FROM main.${ident(parent)} AS p WHERE ${meets})`
}

/** MATCH SIMPLE: a NULL in any column refers to nothing. */
function filled(reference: Reference): Sql {
  return all(reference.columns.map((column) => sql`${ident(column)} IS NOT NULL`))
}
