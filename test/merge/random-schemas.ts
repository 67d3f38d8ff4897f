import fc from 'fast-check'
import { identityRules, tableNamed, type MergeColumn, type MergeReference, type MergeSchema, type MergeTable } from './merge-schema.js'

/** By what a table's rows are told apart. */
const SHAPES = ['surrogate', 'code', 'code', 'two', 'child', 'child', 'text', 'uuid', 'lines', 'junction', 'shared', 'loose', 'none'] as const

interface TableGene {
  readonly name: string
  readonly shape: (typeof SHAPES)[number]
  readonly parents: readonly [number, number]
  readonly references: readonly { readonly to: number; readonly key: number; readonly nullable: boolean; readonly deferrable: boolean }[]
  readonly columns: { readonly amount: boolean; readonly note: boolean; readonly label: boolean; readonly time: boolean }
}

export interface SchemaOptions {
  /** Every table says when its rows were written. */
  readonly timed?: boolean
  /** Only shapes of which one rule of identity is all there is. */
  readonly oneRule?: boolean
  /** Every table has a label, by which a copy can be told from its original. */
  readonly labelled?: boolean
}

const parts = { amount: fc.boolean(), note: fc.boolean(), label: fc.boolean(), time: fc.boolean() }

const gene = (index: number, options: SchemaOptions): fc.Arbitrary<TableGene> =>
  fc.record({
    name: fc.constantFrom(`t${index}`, `t${index}`, `Odd name ${index}`, `ünder_${index}`),
    shape: fc.constantFrom(...SHAPES.filter((shape) => options.oneRule !== true || shape !== 'two')),
    parents: fc.tuple(fc.nat(4), fc.nat(4)),
    references: fc.array(fc.record({ to: fc.nat(4), key: fc.nat(2), nullable: fc.boolean(), deferrable: fc.boolean() }), { maxLength: 2 }),
    columns: fc.record({ ...parts, ...(options.timed === true ? { time: fc.constant(true) } : {}), ...(options.labelled === true ? { label: fc.constant(true) } : {}) }),
  })

/** Small schemas of every shape that identity and references can have. */
export function mergeSchemas(options: SchemaOptions = {}): fc.Arbitrary<MergeSchema> {
  return fc
    .integer({ min: 1, max: 5 })
    .chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => gene(index, options))))
    .map(buildSchema)
}

/** Keys that something may refer to: those by which rows are the same rows, so that they never change, and ids. */
function referable(table: MergeTable): readonly (readonly string[])[] {
  const rules = identityRules(table)
  const keys = table.primaryKey === null ? [] : [table.primaryKey]
  return rules.length === 1 && rules[0] !== undefined ? [...new Map([...keys, rules[0]].map((key) => [key.join(), key])).values()] : keys
}

const column = (name: string, kind: MergeColumn['kind'], nullable = false): MergeColumn => ({ name, kind, nullable })

function buildSchema(genes: readonly TableGene[]): MergeSchema {
  const tables: MergeTable[] = []
  for (const each of genes) tables.push(keyedTable(each, tables.filter((table) => table.primaryKey !== null)))
  return { tables: tables.map((table, index) => withReferences(table, index, tables, genes[index]?.references ?? [])) }
}

/** Columns that refer to a key of a table, and the reference itself. */
function referenceTo(prefix: string, target: MergeTable, key: readonly string[], { nullable, deferrable }: { nullable: boolean; deferrable: boolean }): { columns: readonly MergeColumn[]; reference: MergeReference } {
  const columns = key.map((name) => {
    const kind = target.columns.find((each) => each.name === name)?.kind ?? 'integer'
    return column(`${prefix}_${name}`, kind === 'surrogate' ? 'integer' : kind, nullable)
  })
  return { columns, reference: { columns: columns.map(({ name }) => name), table: target.name, targetColumns: key, deferrable } }
}

/** The table with its keys; `before` are tables that its keys can refer to. */
function keyedTable(wanted: TableGene, before: readonly MergeTable[]): MergeTable {
  const shape = fitting(wanted.shape, before.length)
  const parent = (prefix: 'p' | 'q'): ReturnType<typeof referenceTo> => {
    const [one, two] = wanted.parents
    const [at, key] = prefix === 'p' ? [one, two] : [two, one]
    const target = before[at % before.length]
    if (target === undefined) throw new Error('no parent')
    const keys = referable(target)
    return referenceTo(prefix, target, keys[key % keys.length] ?? [], { nullable: false, deferrable: false })
  }
  const rest: MergeColumn[] = [
    ...(wanted.columns.amount ? [column('amount', 'integer', true)] : []),
    ...(wanted.columns.note ? [column('note', 'text', true)] : []),
    ...(wanted.columns.label ? [column('label', 'text')] : []),
    ...(wanted.columns.time ? [column('at', 'time')] : []),
  ]
  const table = (columns: readonly MergeColumn[], primaryKey: readonly string[] | null, uniques: readonly (readonly string[])[] = [], references: readonly MergeReference[] = []): MergeTable => ({
    name: wanted.name,
    columns: [...columns, ...rest],
    primaryKey,
    uniques,
    references,
    timeColumn: wanted.columns.time ? 'at' : null,
    labelColumn: wanted.columns.label ? 'label' : null,
  })
  const id = column('id', 'surrogate')
  switch (shape) {
    case 'surrogate':
      return table([id], ['id'])
    case 'code':
      return table([id, column('code', 'text')], ['id'], [['code']])
    case 'two':
      return table([id, column('email', 'text'), column('code', 'text')], ['id'], [['email'], ['code']])
    case 'loose':
      return table([id, column('code', 'text', true)], ['id'], [['code']])
    case 'text':
      return table([column('code', 'text')], ['code'])
    case 'uuid':
      return table([column('uid', 'uuid')], ['uid'])
    case 'none':
      return table([column('n', 'integer', true), column('s', 'text', true)], null)
    case 'child': {
      const one = parent('p')
      return table([id, ...one.columns, column('name', 'text')], ['id'], [[...one.reference.columns, 'name']], [one.reference])
    }
    case 'lines': {
      const one = parent('p')
      return table([...one.columns, column('line_no', 'integer')], [...one.reference.columns, 'line_no'], [], [one.reference])
    }
    case 'shared': {
      const one = parent('p')
      return table(one.columns, one.reference.columns, [], [one.reference])
    }
    case 'junction': {
      const [one, two] = [parent('p'), parent('q')]
      return table([...one.columns, ...two.columns], [...one.reference.columns, ...two.reference.columns], [], [one.reference, two.reference])
    }
  }
}

function fitting(shape: TableGene['shape'], parents: number): TableGene['shape'] {
  const needsParent = shape === 'child' || shape === 'lines' || shape === 'shared' || shape === 'junction'
  return needsParent && parents === 0 ? 'code' : shape
}

/**
 * More references, to any table: to itself and in circles too. Where a NOT NULL one leads forward it is deferrable, or no
 * engine could ever have filled the tables.
 */
function withReferences(table: MergeTable, index: number, tables: readonly MergeTable[], wanted: TableGene['references']): MergeTable {
  const added = wanted.flatMap(({ to, key, nullable, deferrable }, at) => {
    const target = tables[to % tables.length]
    const keys = target === undefined ? [] : referable(target)
    const chosen = keys[key % Math.max(1, keys.length)]
    if (target === undefined || chosen === undefined) return []
    const forward = tables.indexOf(target) >= index
    return [referenceTo(`r${at}`, target, chosen, { nullable, deferrable: deferrable || (forward && !nullable) })]
  })
  return {
    ...table,
    columns: [...table.columns, ...added.flatMap(({ columns }) => columns)],
    references: [...table.references, ...added.map(({ reference }) => reference)],
  }
}

/** For messages: `t1 (up → t0)`. */
export function describeSchema(schema: MergeSchema): string {
  return schema.tables.map((table) => `${table.name} [${identityRules(tableNamed(schema, table.name)).map((rule) => rule.join('+')).join(' | ')}]`).join(', ')
}
