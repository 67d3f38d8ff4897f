import { Type, type TSchema } from 'typebox'

/** The responses of a route: what it gives, and problems for all else. */
export function responses<const S extends TSchema>(ok: S): { 200: S; '4xx': TSchema; '5xx': TSchema } {
  return { 200: ok, ...PROBLEMS }
}

const problem = Type.Unsafe<unknown>({ description: 'What went wrong', content: { 'application/problem+json': { schema: Type.Ref('Problem') } } })

export const PROBLEMS = Object.freeze({ '4xx': problem, '5xx': problem })
