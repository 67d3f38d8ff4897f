import type { Dice } from '../dice.js'

export const PEOPLE = Object.freeze(['zoë', 'иван', '李小龙', 'séamus', 'أمينة', 'renée', 'minh'] as const)

const BEGINNINGS = ['Look into', 'Explain', 'Undo', 'Speed up', 'Test', 'Document', 'Überarbeiten:', '調べる'] as const
const THINGS = ['the “start” button', 'login\tredirects', 'a slow query', 'größere Dateien', 'the deploy script', 'O\'Hara\'s report', 'C:\\temp\\build', '🦊 icons'] as const
const ENDINGS = ['again', 'for good', 'before Monday', '– if it is worth it', 'with care', 'in production'] as const

/** A short line, now and then with what naive programs trip over. */
export function phrase(dice: Dice): string {
  return `${dice.pick(BEGINNINGS)} ${dice.pick(THINGS)} ${dice.pick(ENDINGS)}`
}

/** Some lines. */
export function prose(dice: Dice, lines: number): string {
  return Array.from({ length: lines }, () => phrase(dice)).join('.\n')
}

/** Beads are in git: only their names are in the database. */
export function bead(dice: Dice): string {
  return `bd-${dice.whole(1, 4000).toString(36).padStart(3, '0')}`
}
