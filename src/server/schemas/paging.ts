import { Type } from 'typebox'

const MOST = 200

/** The query of every list. */
export const PAGING = Object.freeze({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST, default: 50 })),
  cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$', description: 'The `next` of the page before' })),
})

/** `next` of every list. */
export const NEXT = Type.Union([Type.String(), Type.Null()], { description: 'Cursor of the next page; null after the last one' })

export interface PageQuery {
  readonly limit?: number
  readonly cursor?: string
}

export function pageOf({ limit = 50, cursor }: PageQuery): { readonly before: number | null; readonly limit: number } {
  return { before: cursor === undefined ? null : Number(cursor), limit }
}

export function nextOf(next: number | null): string | null {
  return next === null ? null : String(next)
}
