/** What a declared PostgreSQL type silently cuts off on input, so that it can be refused instead of bent. */
export interface DeclaredLimits {
  /** Characters a varchar(n) or char(n) keeps: PostgreSQL drops trailing spaces beyond without a word, and char pads. */
  readonly characters: number | null
  /** Digits after the point a numeric(p,s) keeps. */
  readonly scale: number | null
  /** Digits of a second a time type keeps. */
  readonly fraction: number | null
  readonly single: boolean
}

/** Reads the limits out of `format_type`'s text: `numeric(10,2)`, `character varying(20)`, `timestamp(3) without time zone`. */
export function declaredLimits(declared: string): DeclaredLimits {
  const characters = /^(?:character varying|character|varchar|bpchar|char)\((\d+)\)$/.exec(declared)
  const numeric = /^(?:numeric|decimal)\((\d+)(?:,\s*(-?\d+))?\)$/.exec(declared)
  const time = /^(?:timestamp|timestamptz|time|timetz|interval)\b(?:\((\d+)\))?/.exec(declared)
  return {
    characters: characters === null ? null : Number(characters[1]),
    scale: numeric === null ? null : Number(numeric[2] ?? 0),
    fraction: time === null ? null : Number(time[1] ?? 6),
    single: declared === 'real' || declared === 'float4',
  }
}
