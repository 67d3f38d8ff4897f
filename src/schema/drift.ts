import { HoldallError } from '../errors/holdall-error.js'
import { parsePostgresqlType } from './cross-engine/postgresql-type-name.js'
import { findUserType } from './cross-engine/user-types.js'
import type { ColumnType } from './column-type.js'
import type { Column, Engine, Table, UserType } from './schema.js'
import { typeFit } from './type-fit.js'

/** One way in which an archive's table and a target's table are not the same. An `error` would lose or break something. */
export interface Drift {
  readonly severity: 'error' | 'note'
  readonly kind: 'missing-table' | 'missing-column' | 'extra-column' | 'type' | 'labels' | 'generated' | 'nullable' | 'primary-key'
  /** Id of the archive's table. */
  readonly table: string
  readonly column: string | null
  /** One sentence that names the table and the column. */
  readonly message: string
}

export interface DriftSide {
  readonly engine: Engine
  readonly types: readonly UserType[]
}

export interface DriftOptions {
  readonly source: DriftSide
  readonly target: DriftSide
  /** Ids of the target's tables, to say when only the case differs. */
  readonly targetTables: Iterable<string>
}

/**
 * Compares an archive's table with the target's before anything is touched. Columns are the same when their names are
 * exactly the same. `target` is undefined when the target has no such table.
 */
export function findDrift(source: Table, target: Table | undefined, options: DriftOptions): readonly Drift[] {
  if (target === undefined) {
    const near = sameButForCase(source.id, options.targetTables)
    const hint = near === null ? '' : `; it has ${near}, which differs in case`
    return [drift('error', 'missing-table', source, null, `The target has no table ${source.id}${hint}.`)]
  }
  const found: Drift[] = []
  for (const column of source.columns) {
    const other = target.columns.find((candidate) => candidate.name === column.name)
    if (other === undefined) found.push(...absentColumn(source, column, target))
    else found.push(...changedColumn(source, column, target, other, options))
  }
  for (const column of target.columns) {
    if (!source.columns.some((candidate) => candidate.name === column.name)) found.push(...extraColumn(source, column))
  }
  found.push(...changedKey(source, target))
  return Object.freeze(found)
}

/** @throws SCHEMA_DRIFT when there is an error among the findings; all errors are named */
export function refuseDrift(found: readonly Drift[]): void {
  const [first, ...more] = found.filter((one) => one.severity === 'error')
  if (first === undefined) return
  const place = first.column === null ? { table: first.table } : { table: first.table, column: first.column }
  throw new HoldallError('SCHEMA_DRIFT', { ...place, message: first.message.replace(/\.$/, ''), details: more.map((one) => one.message), ...(lacking(first, ...more) ? { hint: 'Migrate the target, leave those columns out with --convert drop-columns, or the tables with --exclude.' } : {}) })
}

function lacking(...errors: readonly Drift[]): boolean {
  return errors.every(({ kind }) => kind === 'missing-column')
}

function drift(severity: Drift['severity'], kind: Drift['kind'], table: Table, column: string | null, message: string): Drift {
  return Object.freeze({ severity, kind, table: table.id, column, message })
}

function absentColumn(source: Table, column: Column, target: Table): readonly Drift[] {
  const shown = `${source.id}.${column.name}`
  if (column.generated !== null) return [drift('note', 'generated', source, column.name, `${shown} is generated in the archive's database and missing in the target; it has no stored values.`)]
  const near = sameButForCase(column.name, target.columns.map((candidate) => candidate.name))
  const hint = near === null ? '' : `; it has ${target.id}.${near}, which differs in case`
  return [drift('error', 'missing-column', source, column.name, `The target has no column ${shown}${hint}.`)]
}

function changedColumn(source: Table, column: Column, target: Table, other: Column, options: DriftOptions): readonly Drift[] {
  const shown = `${source.id}.${column.name}`
  if (other.generated !== null) {
    if (column.generated !== null) return []
    return [drift('note', 'generated', source, column.name, `${shown} is generated in the target, which computes it; the archive's values are not written.`)]
  }
  if (column.generated !== null) {
    if (fillsItself(other)) return [drift('note', 'generated', source, column.name, `${shown} is generated in the archive's database and plain in the target; it is left to its default.`)]
    return [drift('error', 'generated', source, column.name, `${shown} is generated in the archive's database, so the archive has no values for it, and the target's column is NOT NULL without a default.`)]
  }
  const found = [...changedType(source, column, target, other, options)]
  if (column.nullable && !other.nullable) found.push(drift('note', 'nullable', source, column.name, `${shown} is nullable in the archive and NOT NULL in the target; each row is checked.`))
  return found
}

function changedType(source: Table, column: Column, target: Table, other: Column, options: DriftOptions): readonly Drift[] {
  const shown = `${source.id}.${column.name}`
  const words = `${shown} is ${declared(column.type)} in the archive and ${declared(other.type)} in the target`
  const fit = typeFit(
    { engine: options.source.engine, type: column.type, strict: source.traits.includes('strict') },
    { engine: options.target.engine, type: other.type, strict: target.traits.includes('strict') },
  )
  if (fit === 'never') return [drift('error', 'type', source, column.name, `${words}, which cannot take its values.`)]
  const missing = missingLabels(column.type, other.type, options)
  if (missing.length > 0) return [drift('error', 'labels', source, column.name, `${shown} has labels that the target's ${declared(other.type)} has not: ${missing.map((label) => `'${label}'`).join(', ')}.`)]
  if (fit === 'same') return []
  const jsonb = other.type.declared === 'jsonb' && column.type.declared !== 'jsonb' ? ' jsonb does not keep spacing, the order of keys, or repeated keys.' : ''
  return [drift('note', 'type', source, column.name, `${words}; each value is checked.${jsonb}`)]
}

function extraColumn(source: Table, column: Column): readonly Drift[] {
  const shown = `${source.id}.${column.name}`
  if (column.generated !== null) return []
  if (fillsItself(column)) return [drift('note', 'extra-column', source, column.name, `${shown} is in the target only; new rows get ${column.identity !== null ? 'the next number' : column.default !== null ? 'its default' : 'NULL'}.`)]
  return [drift('error', 'extra-column', source, column.name, `${shown} is in the target only and NOT NULL without a default, so no row can be written.`)]
}

function fillsItself(column: Column): boolean {
  return column.nullable || column.default !== null || column.identity !== null || column.generated !== null
}

function changedKey(source: Table, target: Table): readonly Drift[] {
  const here = source.primaryKey?.columns ?? null
  const there = target.primaryKey?.columns ?? null
  const same = here === null || there === null ? here === there : [...here].sort().join('\0') === [...there].sort().join('\0')
  if (same) return []
  const words = `The primary key of ${source.id} is ${keyWords(here)} in the archive and ${keyWords(there)} in the target`
  return [drift('note', 'primary-key', source, null, `${words}.`)]
}

function keyWords(columns: readonly string[] | null): string {
  return columns === null ? 'missing' : `(${columns.join(', ')})`
}

function missingLabels(from: ColumnType, to: ColumnType, options: DriftOptions): readonly string[] {
  const here = labelsOf(from, options.source.types)
  const there = labelsOf(to, options.target.types)
  return here === null || there === null ? [] : here.filter((label) => !there.includes(label))
}

/** Labels of an enum, of a domain over one, or of an array of one. */
function labelsOf(type: ColumnType, types: readonly UserType[]): readonly string[] | null {
  let declaredType = type.declared
  for (let depth = 0; depth <= types.length; depth++) {
    const parsed = parsePostgresqlType(declaredType)
    const found = parsed === null ? undefined : findUserType(parsed, types)
    if (found?.kind === 'enum') return found.labels
    if (found?.kind !== 'domain') return null
    declaredType = found.base
  }
  return null
}

function declared(type: ColumnType): string {
  return type.declared === '' ? 'without a type' : type.declared
}

function sameButForCase(name: string, candidates: Iterable<string>): string | null {
  for (const candidate of candidates) if (candidate !== name && candidate.toLowerCase() === name.toLowerCase()) return candidate
  return null
}
