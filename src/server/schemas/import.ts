import { Type, type Static } from 'typebox'
import { orNull } from './or-null.js'
import { ProblemSchema } from './problem.js'

const text = Type.String()
const count = Type.Integer()

const SummarySchema = Type.Record(
  text,
  Type.Object({
    inserted: count,
    updated: count,
    skipped: Type.Integer({ description: 'Rows that differ and stay as they are' }),
    failed: Type.Integer({ description: 'Rows that were left out, or are in conflict' }),
    unchanged: Type.Integer({ description: 'Rows that are the same on both sides' }),
    deleted: Type.Optional(count),
    conflicting: Type.Optional(count),
  }),
  { description: 'Table to counts; of an import that failed, what it failed with' },
)

const COMMON = {
  imported_at: Type.String({ format: 'date-time', description: 'When it ended' }),
  validation: Type.Object({
    schema_version_ok: Type.Boolean(),
    encryption_key_ok: Type.Boolean({ description: 'False: another key store, or a key that it lacks. Where nothing could be compared a note says so' }),
    validation_message: text,
  }),
  summary: SummarySchema,
  errors: Type.Array(text, { description: 'Rows that failed, at most 100, or why the import did' }),
  conflicts: Type.Optional(
    Type.Object({ total: count, rows: Type.Array(Type.Object({ table: text, key: text, reason: text }), { description: 'At most 100' }) }, { description: 'Rows on which both sides do not agree' }),
  ),
  notes: Type.Array(text),
  job_id: orNull(text, 'Null: it failed before there was a job'),
}

export const ImportSchema = Type.Object({ status: Type.Enum(['completed', 'dry_run', 'validation_only']), ...COMMON }, { $id: 'Import', description: 'What an import came to' })

const { status: _status, ...problem } = ProblemSchema.properties

export const ImportFailureSchema = Type.Object(
  { status: Type.Literal('failed', { description: 'Where other problems have a number, which is `status_code` here' }), status_code: Type.Integer({ description: 'The HTTP status' }), ...problem, ...COMMON },
  { $id: 'ImportFailure', description: 'Why an import failed, as application/problem+json; nothing was changed' },
)

export type ImportSuccess = Static<typeof ImportSchema>
export type ImportFailure = Static<typeof ImportFailureSchema>
export type ImportAnswer = ImportSuccess | ImportFailure
