import { Type, type TNull, type TSchema, type TUnion } from 'typebox'

export function orNull<const S extends TSchema>(schema: S, description?: string): TUnion<[S, TNull]> {
  return Type.Union([schema, Type.Null()], description === undefined ? {} : { description })
}
