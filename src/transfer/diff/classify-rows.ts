import { present } from '../../errors/present.js'
import { ident, join, literal, sql, type Sql } from '../../stores/sql.js'
import { contentOf, valuedPart } from './row-content.js'
import type { PairLayout } from './pair-layout.js'
import type { ScratchStatements } from './scratch-statements.js'

/** What a row of one side is to the other side; rows that are the same on both have no class. */
export const CLASSES = ['only-a', 'only-b', 'changed', 'ambiguous-a', 'ambiguous-b'] as const
export type DifferenceClass = (typeof CLASSES)[number]

export interface Classified {
  readonly rows: Readonly<Record<'a' | 'b', number>>
  readonly counts: Readonly<Record<DifferenceClass, number>>
  /** A few of a class, in the order of the sources: `n` of the row, and of its mate. */
  examples(kind: DifferenceClass, limit: number): readonly { readonly n: number; readonly mate: number | null }[]
}

/** Classes every row of a pair that is not the same on both sides. Stubs are no rows. */
export function classifyRows(db: ScratchStatements, layout: PairLayout): Classified {
  const { table, pair } = layout
  const found = ident(`c${pair.number}`)
  db.run(sql`CREATE TABLE ${found} (class TEXT, n INTEGER, mate INTEGER)`)
  const kind = (side: Sql, word: Sql): Sql => sql`CASE ${side} WHEN 0 THEN ${word} || '-a' ELSE ${word} || '-b' END`
  db.run(sql`INSERT INTO ${found} SELECT 'changed', a.n, b.n FROM ${table} a JOIN ${table} b ON b.n = a.mate WHERE a.side = 0 AND a.stub = 0 AND b.stub = 0 AND (${differs(layout)})`)
  // What one side only refers to, it does not have.
  db.run(sql`INSERT INTO ${found} SELECT ${kind(sql`t.side`, sql`'only'`)}, t.n, NULL FROM ${table} t LEFT JOIN ${table} o ON o.n = t.mate WHERE t.stub = 0 AND (o.stub = 1 OR (t.mate IS NULL AND t.doubt = 0))`)
  // Rows that no rule tells apart are the same where everything is the same, as often as it is there on both sides.
  const counted = sql`SELECT t.n, t.side, t.doubt, row_number() OVER (PARTITION BY ${contentOf(layout, sql`t`)}, t.side ORDER BY t.n) AS nth,
    count(*) FILTER (WHERE t.side = 0) OVER same AS here, count(*) FILTER (WHERE t.side = 1) OVER same AS there
    FROM ${table} t WHERE t.stub = 0 AND t.mate IS NULL AND t.doubt > 0 WINDOW same AS (PARTITION BY ${contentOf(layout, sql`t`)})`
  db.run(sql`INSERT INTO ${found} SELECT ${kind(sql`side`, sql`CASE doubt WHEN 1 THEN 'ambiguous' ELSE 'only' END`)}, n, NULL FROM (${counted}) WHERE nth > CASE side WHEN 0 THEN there ELSE here END`)
  db.run(sql`CREATE INDEX ${ident(`by_class_of_${pair.number}`)} ON ${found} (class, n)`)
  const [rows] = db.rows<{ a: number; b: number }>(sql`SELECT count(*) FILTER (WHERE side = 0) AS a, count(*) FILTER (WHERE side = 1) AS b FROM ${table} WHERE stub = 0`)
  const counts = new Map(db.rows<{ class: string; rows: number }>(sql`SELECT class, count(*) AS rows FROM ${found} GROUP BY class`).map((each) => [each.class, each.rows]))
  const count = (name: DifferenceClass): number => counts.get(name) ?? 0
  return {
    rows: present(rows),
    counts: { 'only-a': count('only-a'), 'only-b': count('only-b'), changed: count('changed'), 'ambiguous-a': count('ambiguous-a'), 'ambiguous-b': count('ambiguous-b') },
    examples: (name, limit) => (limit === 0 ? [] : db.rows(sql`SELECT n, mate FROM ${found} WHERE class = ${literal(name)} ORDER BY n LIMIT ${limit}`)),
  }
}

function differs(layout: PairLayout): Sql {
  const parts = layout.valued.map((_, index) => sql`${valuedPart(layout, index, sql`a`)} <> ${valuedPart(layout, index, sql`b`)}`)
  return join([sql`a.rest <> b.rest`, ...parts], ' OR ')
}
