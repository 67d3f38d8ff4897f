const MILLISECONDS: Readonly<Record<string, number>> = Object.freeze({
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
})

/** Milliseconds of `500ms`, `10s`, `2m`, `1h`, `30d`, `2w`; null when the text is not of that form. */
export function readDuration(text: string): number | null {
  const match = /^(\d{1,9})(ms|s|m|h|d|w)$/.exec(text)
  const unit = MILLISECONDS[match?.[2] ?? '']
  return match === null || unit === undefined ? null : Number(match[1]) * unit
}
