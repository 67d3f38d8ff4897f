import fc from 'fast-check'
import { isUnique, isWhole } from './oracle.js'
import { identityRules, tableNamed, type MergeColumn, type MergeRow, type MergeSchema, type MergeState, type MergeTable, type MergeValue } from './merge-schema.js'

/** A thing of the world, which each database knows or does not, under an id of its own. */
interface EntityGene {
  readonly values: readonly number[]
  readonly sides: readonly SideGene[]
}

interface SideGene {
  readonly absent: boolean
  /** Columns that this side has changed, as positions; and what to. */
  readonly edits: readonly (readonly [column: number, value: number])[]
  /** Shuffles the ids. */
  readonly rank: number
}

interface TableGenes {
  readonly entities: readonly EntityGene[]
  readonly offsets: readonly number[]
}

/** What each side holds of one world, under ids of its own: `archive`, `target`, and what both descend from. */
export interface MergeWorld {
  readonly archive: MergeState
  readonly target: MergeState
  readonly base: MergeState
}

const SIDES = 3
const SLOTS = 12

/**
 * How much the sides differ: `much` for rows that only meet, `little` for descendants of one base, which would else all
 * conflict, `apart` for sides that share next to nothing but ids.
 */
export type Difference = 'much' | 'little' | 'apart'

function sideGene(difference: Difference, side: number): fc.Arbitrary<SideGene> {
  const descendants = difference === 'little'
  const edit = fc.array(fc.tuple(fc.nat(SLOTS), fc.nat(7)), { minLength: 1, maxLength: descendants ? 1 : 2 })
  return fc.record({
    absent: fc.nat(descendants ? 9 : 5).map((value) => value === 5),
    edits: descendants && side === 2 ? fc.constant([]) : fc.oneof({ weight: descendants ? 7 : 3, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: edit }),
    rank: fc.nat(99),
  })
}

function tableGenes(difference: Difference): fc.Arbitrary<TableGenes> {
  const entity = fc.record({
    values: fc.array(fc.nat(7), { minLength: SLOTS, maxLength: SLOTS }),
    sides: fc.tuple(...Array.from({ length: SIDES }, (_, side) => sideGene(difference, side))),
  })
  return fc.record({ entities: fc.array(entity, { maxLength: 6 }), offsets: fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)) })
}

export function mergeWorlds(schema: MergeSchema, difference: Difference = 'much'): fc.Arbitrary<MergeWorld> {
  return fc.tuple(...schema.tables.map(() => tableGenes(difference))).map((genes) => ({
    archive: buildSide(schema, genes, 0, difference),
    target: buildSide(schema, genes, 1, difference),
    base: buildSide(schema, genes, 2, difference),
  }))
}

/** A row while references are still entities. */
interface Draft {
  readonly table: MergeTable
  readonly entity: number
  readonly gene: EntityGene
  readonly edits: ReadonlyMap<number, number>
  readonly row: Record<string, MergeValue>
  /** What its references lead to, once chosen: by first column; null is NULL. */
  readonly bound: Map<string, Draft | null>
}

function buildSide(schema: MergeSchema, genes: readonly TableGenes[], side: number, difference: Difference): MergeState {
  const drafts = new Map<string, Draft[]>()
  for (const [at, table] of schema.tables.entries()) {
    const { entities, offsets } = genes[at] ?? { entities: [], offsets: [] }
    const present = entities.flatMap((gene, entity) => {
      const mine = gene.sides[side]
      const elsewhere = difference === 'apart' && (gene.values[0] ?? 0) % 2 === side && gene.values[1] !== 7
      return mine === undefined || mine.absent || elsewhere ? [] : [{ gene, entity, mine }]
    })
    const ranked = present.toSorted((one, other) => one.mine.rank - other.mine.rank)
    const ownIds = !identityRules(table).flat().some((name) => isSurrogate(table, name))
    const made = present.map(({ gene, entity, mine }): Draft => {
      const id = ownIds ? ranked.findIndex((each) => each.entity === entity) + 1 + (offsets[side] ?? 0) : entity + 1
      const edits = new Map(mine.edits.map(([column, value]) => [column % table.columns.length, value]))
      const row = Object.fromEntries(table.columns.map((column, index) => [column.name, plainValue(table, column, { entity, value: gene.values[index] ?? 0, edit: edits.get(index), id })]))
      return { table, entity, gene, edits, row, bound: new Map() }
    })
    // The order of rows in a database means nothing.
    drafts.set(table.name, side === 0 ? made : made.toReversed())
  }
  return settle(schema, drafts)
}

const isSurrogate = (table: MergeTable, name: string): boolean => table.columns.some((column) => column.name === name && column.kind === 'surrogate')

const TEXTS = ['', 'a', 'b', "O'Neil", 'ä ß', '1', 'a (b)', ' x'] as const
const time = (value: number): string => `2026-01-01 00:00:00.00000${value % 8}`

function plainValue(table: MergeTable, { name, kind, nullable }: MergeColumn, { entity, value, edit, id }: { entity: number; value: number; edit: number | undefined; id: number }): MergeValue {
  if (kind === 'surrogate') return id
  const inKey = [...(table.primaryKey === null ? [] : [table.primaryKey]), ...table.uniques].find((key) => key.includes(name))
  const chosen = edit ?? value
  if (inKey !== undefined) {
    // A key of its own names the entity, and only a second key of a table can be edited; part of a longer key repeats.
    if (kind === 'integer') return 1 + (value % 3)
    if (kind === 'uuid') return `00000000-0000-4000-8000-0000000000${String(entity).padStart(2, '0')}`
    if (inKey.length > 1) return `n${value % 3}`
    if (nullable) return chosen % 3 === 0 ? null : `c${chosen}`
    return identityRules(table).length > 1 && edit !== undefined ? `k${edit}` : `k${entity}`
  }
  if (kind === 'time') return time(chosen)
  if (nullable && chosen % 4 === 3) return null
  return kind === 'integer' ? chosen - 3 : (TEXTS[chosen % TEXTS.length] ?? '')
}

/** Links the references and drops what a database could not hold, until every reference leads to a row and every key is unique. */
function settle(schema: MergeSchema, drafts: ReadonlyMap<string, readonly Draft[]>): MergeState {
  const broken = new Set<Draft>()
  const whole = (table: MergeTable): readonly Draft[] => (drafts.get(table.name) ?? []).filter((draft) => !broken.has(draft))
  for (let again = true; again; ) {
    again = false
    const breakRow = (draft: Draft): void => {
      broken.add(draft)
      again = true
    }
    for (const table of keyOrder(schema)) {
      for (const draft of whole(table)) {
        const before = JSON.stringify(draft.row)
        if (!linked(draft, (name) => whole(tableNamed(schema, name)), broken)) breakRow(draft)
        else again ||= JSON.stringify(draft.row) !== before
      }
      for (const key of [...(table.primaryKey === null ? [] : [table.primaryKey]), ...table.uniques]) {
        const seen = new Set<string>()
        for (const draft of whole(table)) {
          const values = key.map((name) => draft.row[name])
          if (values.includes(null)) continue
          const text = JSON.stringify(values)
          if (seen.has(text)) breakRow(draft)
          seen.add(text)
        }
      }
    }
  }
  const state = Object.fromEntries(schema.tables.map((table) => [table.name, whole(table).map(({ row }): MergeRow => row)]))
  if (!isUnique(schema, state) || !isWhole(schema, state)) throw new Error(`the generator made a database that cannot be: ${JSON.stringify({ schema, state })}`)
  return state
}

/** Gives a row's references the keys of the rows that they mean on this side; false where there can be none. */
function linked(draft: Draft, there: (table: string) => readonly Draft[], broken: ReadonlySet<Draft>): boolean {
  const { table, gene, edits, bound } = draft
  let holds = true
  for (const { columns, table: name, targetColumns } of table.references) {
    const first = columns[0] ?? ''
    const index = table.columns.findIndex((column) => column.name === first)
    const nullable = table.columns[index]?.nullable === true
    let target = bound.get(first)
    if (target === undefined) {
      const wanted = edits.get(index) ?? gene.values[index] ?? 0
      const rows = there(name)
      const other = nullable ? undefined : rows[wanted % Math.max(1, rows.length)]
      target = nullable && wanted % 5 === 4 ? null : (rows.find(({ entity }) => entity === wanted % 6) ?? other ?? null)
    }
    if (target !== null && broken.has(target)) target = null
    bound.set(first, target)
    if (target === null && !nullable) holds = false
    for (const [at, column] of columns.entries()) draft.row[column] = target?.row[targetColumns[at] ?? ''] ?? null
  }
  return holds
}

/** Tables whose keys are part of others' come first, as references copy them. */
function keyOrder(schema: MergeSchema): readonly MergeTable[] {
  const order = new Set<MergeTable>()
  const visit = (table: MergeTable): void => {
    if (order.has(table)) return
    for (const reference of table.references) {
      const inKey = [...(table.primaryKey ?? []), ...table.uniques.flat()].includes(reference.columns[0] ?? '')
      if (inKey && reference.table !== table.name) visit(tableNamed(schema, reference.table))
    }
    order.add(table)
  }
  for (const table of schema.tables) visit(table)
  return [...order]
}
