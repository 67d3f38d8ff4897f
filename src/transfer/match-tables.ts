import { HoldallError } from '../errors/holdall-error.js'
import { identifyTable, type Matches } from '../profiles/identify-table.js'
import type { Profile } from '../profiles/profile.js'
import { timeColumn } from '../profiles/time-column.js'
import { type Drift, findDrift, refuseDrift } from '../schema/drift.js'
import type { Schema, Table } from '../schema/schema.js'
import type { TableIdentity } from '../schema/table-identity.js'
import type { Conversion } from '../stores/conversion.js'
import type { HeldValues } from '../stores/held-values.js'
import type { ImportColumn, ImportTable, Strategy } from '../stores/import-table.js'
import { allowedDrift } from './allowed-drift.js'
import { driftNotes } from './drift-notes.js'
import { importReferences } from './import-references.js'
import { renamedColumns } from './renamed-columns.js'
import { alikeIdentity, renumbered } from './renumbered.js'
import { targetTable } from './target-table.js'

export interface Matched {
  /** Those that are written, then those that are only referred to. */
  readonly tables: readonly ImportTable[]
  readonly notes: readonly string[]
}

export interface MatchOptions {
  readonly from: Schema
  readonly target: Schema
  readonly profile: Profile
  readonly match: Matches
  readonly strategyOf: (table: Table) => Strategy
  readonly prune: boolean
  readonly created: boolean
  readonly conversions: ReadonlySet<Conversion>
  /** Rows that the archive leaves out of a table as secret. */
  readonly sparedOf: (source: Table) => readonly HeldValues[]
}

/**
 * Finds each archive table's place in the target and holds both sides against each other, before anything is touched. All
 * that does not fit is reported at once. `others` are tables of the archive that are not imported: those of them that
 * tell what references mean take part as referred to.
 * @throws SCHEMA_DRIFT, COLUMN_NOT_FOUND
 */
export function matchTables(sources: readonly Table[], others: readonly Table[], options: MatchOptions): Matched {
  const { from, target } = options
  const drifts: Drift[] = []
  const written: ImportTable[] = []
  for (const source of sources) {
    const found = targetTable(source, from.engine, target)
    const targetTables = target.tables.map(({ id }) => id)
    const between = found === undefined ? source : renamedColumns(source, found, options)
    // What was made from this very schema cannot have drifted, and gets its keys only after its rows.
    if (!options.created || found === undefined) drifts.push(...allowedDrift(findDrift(between, found, { source: from, target, targetTables }), options.conversions, found === undefined ? null : renumbered(between, found, options.conversions)))
    if (found !== undefined) written.push(importTable(source, found, 'written', options))
  }
  refuseDrift(drifts)
  const referred = others.flatMap((source) => {
    const found = targetTable(source, from.engine, target)
    return found === undefined ? [] : [importTable(source, found, 'referred', options)]
  })
  return { tables: importReferences([...written, ...referred], options), notes: driftNotes(drifts) }
}

/**
 * A table that holds rows is matched by its identity, which the archive must have.
 * @throws SCHEMA_DRIFT
 */
export function refuseUnmatchable(table: ImportTable): void {
  const key = table.target.primaryKey?.columns ?? []
  if (key.length === 0 || table.identity.rules.length > 0) return
  throw new HoldallError('SCHEMA_DRIFT', {
    message: `the target has keys (${key.join(', ')}) to match its rows by, and the archive holds none of them whole`,
    table: table.source.id,
    hint: 'Name columns to match by with --match, import into an empty table, or leave this table out with --exclude.',
  })
}

function importTable(source: Table, target: Table, role: ImportTable['role'], options: MatchOptions): ImportTable {
  const between = renamedColumns(source, target, options)
  const numbered = renumbered(between, target, options.conversions)
  const columns = source.columns.flatMap((column, index) => {
    const there = target.columns.find(({ name }) => name === between.columns[index]?.name)
    return there?.name === numbered || column.generated !== null || there === undefined || there.generated !== null ? [] : [{ source: column, target: there }]
  })
  const has = (name: string | null | undefined): boolean => columns.some((column) => column.target.name === name)
  const label = options.profile.labelColumns[target.id]
  const time = timeColumn(target, options.profile)
  const spared = options.sparedOf(source).filter(({ column }) => target.columns.some(({ name }) => name === column))
  return {
    source,
    target,
    columns,
    role,
    identity: numbered === null ? reachable(identifyTable(target, options.profile, options.match), columns) : alikeIdentity(columns),
    references: [],
    strategy: options.strategyOf(target),
    prune: options.prune && role === 'written',
    timeColumn: time !== null && has(time) ? time : null,
    labelColumn: label !== undefined && has(label) ? label : null,
    ...(spared.length > 0 ? { spared } : {}),
  }
}

/** As far as the archive has the columns. */
function reachable({ rules, surrogates }: TableIdentity, columns: readonly ImportColumn[]): TableIdentity {
  const has = (name: string): boolean => columns.some(({ target }) => target.name === name)
  return { rules: rules.filter((rule) => rule.columns.every(has)), surrogates: surrogates.filter(has) }
}
