import { Type, type TEnum, type TOptional, type TString } from 'typebox'

/** A parameter with names, comma-separated. */
export function named(description: string): TOptional<TString> {
  return Type.Optional(Type.String({ description, maxLength: 16_384 }))
}

/** A parameter that is on or off; off where it is not given. */
export function switched(description: string): TOptional<TEnum<['true', 'false']>> {
  return Type.Optional(Type.Enum(['true', 'false'], { description, default: 'false' }))
}

export const STORE = Type.Optional(Type.String({ description: 'A store that is served; else the default one', maxLength: 256 }))
