import { shownForm } from './short-form.js'

const LONGEST = 60
/** Characters shown before the first that differs. */
const BEFORE = 20

/** A form as people see it, cut; null stays NULL. */
export function cutValue(form: string | null): string | null {
  if (form === null) return null
  const { text, cut } = shownForm(form)
  return cutAt(text, 0, cut)
}

/** Two forms that differ, cut so that the difference is seen where it can be. */
export function cutPair(a: string | null, b: string | null): { readonly a: string | null; readonly b: string | null } {
  if (a === null || b === null) return { a: cutValue(a), b: cutValue(b) }
  const [one, other] = [shownForm(a), shownForm(b)]
  const from = firstDifference(one.text, other.text)
  const start = from === null || from < LONGEST - 10 ? 0 : from - BEFORE
  const shown = ({ text, cut, digest }: ReturnType<typeof shownForm>): string => (from === null && digest !== null ? `${cutAt(text, 0, true)} (sha256 ${digest}…)` : cutAt(text, start, cut))
  return { a: shown(one), b: shown(other) }
}

function cutAt(text: string, start: number, more: boolean): string {
  const front = start > 0 ? '…' : ''
  const rest = text.slice(start)
  const room = LONGEST - front.length
  return front + (rest.length > room || more ? `${rest.slice(0, room - 1)}…` : rest)
}

function firstDifference(one: string, other: string): number | null {
  const end = Math.min(one.length, other.length)
  for (let at = 0; at < end; at += 1) if (one[at] !== other[at]) return at
  return one.length === other.length ? null : end
}
