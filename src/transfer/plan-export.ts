import { createArchiveSchema } from '../archive/archive-schema.js'
import { describeApplication } from '../profiles/application.js'
import { refuseUnknownNames } from '../profiles/check-profile.js'
import { identifyTable } from '../profiles/identify-table.js'
import { openKeyStore } from '../profiles/open-key-store.js'
import { emptyProfile } from '../profiles/profile.js'
import { narrowSchema } from '../schema/narrow-schema.js'
import type { Table } from '../schema/schema.js'
import type { Snapshot } from '../stores/store.js'
import { VERSION } from '../version.js'
import { collectStubs } from './collect-stubs.js'
import type { ExportOptions } from './export-options.js'
import type { ExportPlan } from './export-plan.js'
import { exportRows } from './export-rows.js'
import { gatherRows } from './gather-rows.js'
import { type Coverage, describeStubs, planStubs, type StubPlan } from './plan-stubs.js'
import { planProject } from './plan-project.js'
import { planSelection, type PlannedSelection } from './plan-selection.js'
import type { Redacted } from './redacted.js'
import { redactSnapshot } from './redact-snapshot.js'
import type { Tracker } from './track-rows.js'
import { untimedRows } from './untimed-rows.js'

/**
 * Finds out what an export will write. Where rows come along because of references they are gathered now, so that all
 * is known before the first byte is written.
 */
export async function planExport(source: Snapshot, options: ExportOptions, derivedFrom: readonly string[], tracker: Tracker): Promise<ExportPlan> {
  const profile = options.profile ?? emptyProfile
  const keys = await openKeyStore(options.keyStore, profile)
  refuseUnknownNames(source.schema, profile)
  const { snapshot, redacted, notes: kept } = options.redact === true ? await redactSnapshot(source, profile) : { snapshot: source, redacted: null, notes: [] }
  const project = options.project === undefined ? null : await planProject(snapshot, profile, options.project)
  const selection = planSelection(snapshot.schema, options, profile, project)
  const { tables, own, graph, gathers, downwards } = selection
  const stubPlan = graph === null ? null : planStubs({ graph, exported: tables, coverage: coverageOf(selection), closed: gathers, identityOf: (table) => identifyTable(table, profile) })
  const notes = [...kept, ...selection.filters.notes, ...(await untimedRows(snapshot, tables, selection.filters))]
  const schema = createArchiveSchema({
    generator: `holdall ${VERSION}`,
    profile: profile.name,
    application: describeApplication(profile.application, source.schema.engine, keys),
    lineage: { derivedFrom },
    selection: selectionRecord(options, selection, redacted),
    ...stubSchema(stubPlan, tables),
    schema: { ...narrowSchema(snapshot.schema, tables), leftOut: [...snapshot.schema.leftOut, ...selection.leftOut] },
  })
  const gathered = graph !== null && gathers ? await gatherRows({ snapshot, graph, tables, own, downwards, tracker }) : null
  const stubs = graph === null || stubPlan === null || stubPlan.tables.length === 0 ? null : collectStubs({ snapshot, graph, plan: stubPlan, tracker })
  return {
    schema,
    rows: exportRows(snapshot, own, gathered),
    stubs,
    notes,
    close: async () => {
      await gathered?.close()
      await stubs?.close()
    },
  }
}

function coverageOf({ tables, own }: PlannedSelection): (table: Table) => Coverage {
  const exported = new Set(tables)
  return (table) => (!exported.has(table) ? 'none' : own(table).kind === 'all' ? 'all' : 'some')
}

function stubSchema(plan: StubPlan | null, tables: readonly Table[]): Pick<ExportPlan['schema'], 'stubs' | 'stubTables'> {
  const stubs = plan?.tables ?? []
  const known = new Set(tables)
  return {
    stubs: Object.freeze(Object.fromEntries(stubs.map(({ table, columns }) => [table.id, columns]))),
    stubTables: Object.freeze(stubs.filter(({ table }) => !known.has(table)).map(describeStubs)),
  }
}

function selectionRecord(options: ExportOptions, { gathers, filters }: PlannedSelection, redacted: Redacted | null): Readonly<Record<string, unknown>> {
  return {
    include: options.include ?? [],
    exclude: options.exclude ?? [],
    where: options.where ?? {},
    since: options.since?.toISOString() ?? null,
    until: options.until?.toISOString() ?? null,
    subset: options.subset ?? {},
    ...(filters.untimed.length > 0 ? { untimed: filters.untimed } : {}),
    ...(options.project === undefined ? {} : { project: options.project }),
    ...(redacted === null ? {} : { redacted }),
    // A closure over everything asks for nothing.
    ...(gathers ? { closure: true } : {}),
  }
}
