import { Type, type Static } from 'typebox'
import { STRATEGIES } from '../../stores/import-table.js'
import { UNRESOLVED } from '../../stores/unresolved.js'
import { named, STORE, switched } from './parameters.js'

/** All but the one that needs a second file. */
const OVER_HTTP = STRATEGIES.filter((strategy) => strategy !== 'three-way')

/** What `POST /api/v1/import` may be asked for. */
export const ImportQuery = Type.Object(
  {
    strategy: Type.Optional(Type.Enum(OVER_HTTP, { description: 'What becomes of rows that are on both sides. `replace` deletes rows that the body lacks, without a question', default: 'merge' })),
    dry_run: switched('Do it all, say what it came to, and roll back'),
    validate_only: switched('Check the body and the tables; write and lock nothing'),
    tables: named('Only these tables, beside what `include` names'),
    include: named('Only these groups and tables, comma-separated, with * and ?'),
    exclude: named('Not these groups and tables'),
    on_unresolved: Type.Optional(Type.Enum([...UNRESOLVED], { description: 'What becomes of a row whose reference leads nowhere', default: 'fail' })),
    on_error: Type.Optional(Type.Enum(['abort', 'reject'], { description: 'All or nothing, or leave out rows that cannot be taken', default: 'abort' })),
    convert: named('Losses to allow, as --convert of the command'),
    store: STORE,
    async: switched('Answer with 202 once the body is there; the job tells the rest'),
  },
  { additionalProperties: false },
)
export type ImportQuery = Static<typeof ImportQuery>
