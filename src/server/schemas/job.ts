import { Type, type Static } from 'typebox'
import { JOB_KINDS, JOB_STATES } from '../../jobs/job.js'
import { orNull } from './or-null.js'

const text = Type.String()
const time = Type.String({ format: 'date-time' })

export const KindSchema = Type.Enum([...JOB_KINDS], { description: '`plan`: an import that was rolled back on purpose' })
export const StateSchema = Type.Enum([...JOB_STATES], { description: '`failed` and `cancelled` left everything as it was' })

export const ProgressSchema = Type.Object({
  phase: text,
  table: orNull(text),
  done: Type.Number({ description: 'Rows of the table so far' }),
  total: orNull(Type.Number({ description: 'Rows expected, maybe an estimate' })),
  percentage: orNull(Type.Number()),
  rate: orNull(Type.Number({ description: 'Rows a second' })),
  eta: orNull(Type.Number({ description: 'Seconds left' })),
  finished: Type.Boolean({ description: 'The table, or the step, is finished' }),
})

export const JobSchema = Type.Object(
  {
    id: Type.String({ description: 'Also in X-Job-Id of an answer that a job writes' }),
    kind: KindSchema,
    store: orNull(text, 'Its name, or where it is, without a password'),
    user: Type.String({ description: 'Who asked for it' }),
    state: StateSchema,
    created: Type.String({ format: 'date-time', description: 'When it was asked for' }),
    started: orNull(time, 'When its turn came'),
    finished: orNull(time, 'When it ended'),
    seconds: orNull(Type.Number(), 'From start to end'),
    counts: Type.Record(Type.String(), Type.Record(Type.String(), Type.Number()), { description: 'Table to what was counted' }),
    bytes: orNull(Type.Number(), 'How much was read or written'),
    result: Type.Unknown({ description: 'What an ended import answers, as that of an import which was waited for; null in lists' }),
    error: orNull(Type.Object({ code: text, message: text, hint: text }), 'Why it failed or was cancelled: code, message, hint'),
    progress: orNull(ProgressSchema, 'The latest; null before there is any, and after a restart'),
  },
  { $id: 'Job' },
)
export type JobAnswer = Static<typeof JobSchema>

export const JobRef = Type.Unsafe<JobAnswer>(Type.Ref('Job'))
