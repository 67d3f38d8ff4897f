import { REASONS, type ConflictRow, type ImportTable, type RejectedRow, type Verdict } from '../import-table.js'
import { present } from '../../errors/present.js'
import type { JudgeOptions } from '../store.js'
import type { Unresolved } from '../unresolved.js'
import { matchBase } from './base-match.js'
import { createBaseState } from './base-state.js'
import { findUnresolved } from './find-unresolved.js'
import { judgeTable } from './judge-table.js'
import type { JudgedTable } from './judged-table.js'
import { keepBoth } from './keep-both.js'
import { leaveOutUnresolved } from './leave-out.js'
import { listConflicts } from './list-conflicts.js'
import { listRejects } from './list-rejects.js'
import { forgetKeys, reviewKeys } from './forget-keys.js'
import { holdFormer } from './hold-former.js'
import { matchByContent, matchFormer } from './match-content.js'
import { matchAtOnce, matchGroups } from './match-groups.js'
import { createMergeState, type MergeState } from './merge-state.js'
import type { MergeStore } from './merge-store.js'
import type { MergeTable } from './merge-table.js'
import { refuseUnresolved } from './note-unresolved.js'
import { rejectConflicts, rejectListed, rejectRows, type BadRow } from './reject-rows.js'
import { rewriteInner } from './rewrite-inner.js'
import { settleUnclearRows } from './settle-unclear-rows.js'
import { resolveRows } from './resolve-rows.js'
import { tallyVerdicts } from './tally-verdicts.js'
import { judgeThreeWay } from './three-way.js'

/** The merge of one import, from staged rows to verdicts. It ends with the import's transaction. */
export interface Merge {
  /** A table whose rows are all staged. */
  add(table: MergeTable): void
  /** Rows of the base of a three-way merge, all staged, of a table that was added. */
  addBase(table: MergeTable): void
  /** Of all tables that were added. */
  match(groups: readonly (readonly ImportTable[])[]): Promise<void>
  judge(id: string, options: JudgeOptions): Promise<Verdict>
  conflicts(id: string): AsyncIterable<ConflictRow>
  /** Rows that were left out; none of a table that was loaded. */
  rejects(id: string): AsyncIterable<RejectedRow>
  /** Leaves rows out that cannot be taken, and what refers to them; before `judge` only rows that are not staged. */
  reject(id: string, bad: readonly BadRow[]): Promise<void>
  /** Leaves all rows out that are in conflict, and what refers to them. */
  rejectConflicts(): Promise<void>
  /** The verdict as it is by now. */
  tally(id: string, examples: number): Promise<Verdict>
  /** What became of rows that refer to nothing, and what else people should know, one sentence each. */
  notes(): readonly string[]
  /** What `judge` decided about a table, by the id of the target; undefined for one that was loaded or is only referred to. */
  judged(id: string): JudgedTable | undefined
}

/** What refers to a copy follows it, so the copies of a cycle are made before any of its tables is judged. */
async function copyGroup(state: MergeState, id: string): Promise<void> {
  const group = state.groups.find((ids) => ids.includes(id)) ?? [id]
  const tables = group.flatMap((each) => state.tables.get(each) ?? []).filter(({ table }) => table.strategy === 'keep-both' && table.role === 'written')
  if (tables.every(({ table }) => state.copies.has(table.target.id))) return
  for (const table of tables) {
    await matchAgain(state, table)
    await rewriteInner(state, table)
  }
  await keepBoth(state, tables)
  for (const { table } of tables) state.moved.add(table.target.id)
}

/** An identity that leads to a copy is another one: the row is matched by it, and new ids follow. */
async function matchAgain(state: MergeState, table: MergeTable): Promise<void> {
  const { target, identity, references } = table.table
  const compared = new Set(identity.rules.flatMap(({ columns }) => columns))
  const leads = references.some(({ parent, columns }) => state.moved.has(parent) && columns.some((name) => compared.has(name)))
  const former = state.matchings.get(target.id)
  if (!leads || state.copies.has(target.id) || former === undefined) return
  forgetKeys(state, new Set([target.id]))
  await matchAtOnce(state, table)
  await holdFormer(state, table, former, present(state.matchings.get(target.id)))
  state.moved.add(target.id)
}

/** `unresolved`: what becomes of rows that refer to nothing. */
export function createMerge(store: MergeStore, unresolved: Unresolved = 'fail'): Merge {
  const state = createMergeState(store, 'own', unresolved)
  const base = createBaseState(store)
  const tableOf = (id: string): MergeTable => present(state.tables.get(id), 'the table is not staged', { table: id })
  const judgedTable = (id: string): JudgedTable => present(state.judged.get(id), 'the table was not judged', { table: id })
  return Object.freeze({
    add: (table: MergeTable) => void state.tables.set(table.table.target.id, table),
    addBase: (table: MergeTable) => void base.staged.set(table.table.target.id, table),
    match: async (groups: readonly (readonly ImportTable[])[]) => {
      state.groups = groups.map((group) => group.map(({ target }) => target.id))
      await matchGroups(state)
      if (unresolved === 'skip') await leaveOutUnresolved(state)
      await matchBase(state, base)
      await matchFormer(state)
    },
    judge: async (id: string, options: JudgeOptions) => {
      const table = tableOf(id)
      await copyGroup(state, id)
      await matchAgain(state, table)
      await settleUnclearRows(state, id)
      await rewriteInner(state, table)
      const resolved = await resolveRows(state, table)
      await findUnresolved(state, table, resolved)
      const { rows } = resolved
      const matching = state.matchings.get(id) ?? (await matchByContent(state, table, rows))
      state.matchings.set(id, matching)
      const judged = table.table.strategy === 'three-way' ? await judgeThreeWay(state, base, { table, matching, rows }, options) : await judgeTable(state, table, matching, rows, options.resolutions)
      state.judged.set(id, judged)
      reviewKeys(state, id)
      await rejectListed(state, table)
      if ([...state.tables.values()].every((each) => each.table.role === 'referred' || state.judged.has(each.table.target.id))) refuseUnresolved(state)
      return tallyVerdicts(state, judgedTable(id), options.examples)
    },
    conflicts: (id: string) => listConflicts(state, judgedTable(id)),
    rejects: (id: string) => {
      const table = state.tables.get(id)
      return table === undefined ? none() : listRejects(state, table)
    },
    reject: async (id: string, bad: readonly BadRow[]) => rejectRows(state, tableOf(id), bad),
    rejectConflicts: async () => {
      for (const id of [...state.judged.keys()]) await rejectConflicts(state, tableOf(id), REASONS)
    },
    tally: async (id: string, examples: number) => tallyVerdicts(state, judgedTable(id), examples),
    notes: () => [...state.unresolved.notes.values(), ...state.notes.values()],
    judged: (id: string) => state.judged.get(id),
  })
}

async function* none(): AsyncGenerator<never> {
  // No row was staged.
}
