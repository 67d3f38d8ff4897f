import { Type, type Static } from 'typebox'

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:holdall:error:CODE' }),
    title: Type.String({ description: 'What the code means' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'What happened' }),
    instance: Type.String({ description: 'The path of the request' }),
    code: Type.String({ description: 'A code of docs/ERRORS.md' }),
    hint: Type.String({ description: 'What to do' }),
    details: Type.Optional(Type.Array(Type.String(), { description: 'More of the same kind' })),
    store: Type.Optional(Type.String()),
    archive: Type.Optional(Type.String()),
    member: Type.Optional(Type.String()),
    table: Type.Optional(Type.String()),
    column: Type.Optional(Type.String()),
    row: Type.Optional(Type.Integer({ description: 'Counted from 1, in what was being read' })),
    key: Type.Optional(Type.String()),
  },
  { $id: 'Problem', description: 'RFC 9457, as application/problem+json' },
)
export type Problem = Static<typeof ProblemSchema>
