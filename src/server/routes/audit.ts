import { Type } from 'typebox'
import type { App } from '../app.js'
import { orNull } from '../schemas/or-null.js'
import { NEXT, nextOf, pageOf, PAGING } from '../schemas/paging.js'
import { responses } from '../schemas/responses.js'
import type { ServerContext } from '../server-context.js'

const text = Type.String()
const EntrySchema = Type.Object({
  time: Type.String({ format: 'date-time' }),
  user: orNull(text),
  role: orNull(text),
  address: text,
  action: text,
  target: orNull(text),
  status: Type.Integer(),
  request: text,
})

/** Who did what. */
export function auditRoutes(app: App, { audit }: ServerContext): void {
  app.get(
    '/api/v1/audit',
    { config: { access: 'admin' }, schema: { tags: ['audit'], summary: 'Who did what, the latest first', querystring: Type.Object(PAGING, { additionalProperties: false }), response: responses(Type.Object({ entries: Type.Array(EntrySchema), next: NEXT })) } },
    async ({ query }) => {
      const { entries, next } = audit.list(pageOf(query))
      return { entries: [...entries], next: nextOf(next) }
    },
  )
}
