import type { ArchiveSchema } from '../archive/archive-schema.js'
import { refuseUnknownNames } from '../profiles/check-profile.js'
import { emptyProfile } from '../profiles/profile.js'
import type { Schema, Table } from '../schema/schema.js'
import type { ImportOptions } from './import-options.js'
import { aloneNotes, isLeftAlone } from './left-alone.js'
import { type Matched, matchTables } from './match-tables.js'
import { redactedRows } from './redacted.js'
import { refuseAlikeCopies } from './refuse-alike.js'
import { refuseTimeless } from './refuse-timeless.js'
import { refuseUnknownTables } from './refuse-unknown-tables.js'
import { strategyOf } from './strategy-of.js'
import { targetId } from './target-table.js'

export interface ArchiveMatch {
  /** The tables of the archive that were chosen. */
  readonly sources: readonly Table[]
  readonly target: Schema
  readonly options: ImportOptions
}

/**
 * Holds what an import would write against the target's schema, by its options: all that can be refused before anything is touched.
 * @throws SCHEMA_DRIFT, TABLE_NOT_FOUND, COLUMN_NOT_FOUND, CONFIG_INVALID, USAGE
 */
export function matchArchive(archive: ArchiveSchema, { sources, target, options }: ArchiveMatch): Matched {
  const { schema, stubTables } = archive
  const profile = options.profile ?? emptyProfile
  const created = options.create === true
  const alone = sources.filter((table) => isLeftAlone(table, options))
  const taken = sources.filter((table) => !alone.includes(table))
  refuseUnknownTables(target, options)
  refuseUnknownNames(created ? withKeys(target, schema) : target, profile)
  const { tables, notes } = matchTables(taken, [...schema.tables.filter((table) => !taken.includes(table)), ...stubTables], {
    from: schema,
    target,
    profile,
    match: options.match ?? {},
    strategyOf: (table) => strategyOf(table, options),
    prune: options.prune === true,
    created,
    conversions: new Set(options.conversions ?? []),
    sparedOf: ({ id }) => redactedRows(archive, id),
  })
  refuseTimeless(tables)
  refuseAlikeCopies(tables)
  return { tables, notes: [...notes, ...aloneNotes(alone)] }
}

/** Tables made just now may have no keys yet: there the archive knows them. */
function withKeys(target: Schema, from: Schema): Schema {
  const keys = new Map(from.tables.map((table) => [targetId(table, from.engine, target.engine), table.primaryKey]))
  return { ...target, tables: target.tables.map((table) => ({ ...table, primaryKey: table.primaryKey ?? keys.get(table.id) ?? null })) }
}
