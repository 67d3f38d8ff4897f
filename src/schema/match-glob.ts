/**
 * Whether a table id is meant by a pattern of --include or --exclude: `*` is any run of characters, `?` one character,
 * everything else itself. Case counts.
 */
export function matchGlob(pattern: string, id: string): boolean {
  const marks = Array.from(pattern)
  const letters = Array.from(id)
  let mark = 0
  let letter = 0
  let star = -1
  let resume = 0
  // Only the last star is ever revisited, so the time is bounded by the product of the lengths, whatever the pattern.
  while (letter < letters.length) {
    if (marks[mark] === '*') {
      star = mark++
      resume = letter
    } else if (mark < marks.length && (marks[mark] === '?' || marks[mark] === letters[letter])) {
      mark++
      letter++
    } else if (star !== -1) {
      mark = star + 1
      letter = ++resume
    } else return false
  }
  while (marks[mark] === '*') mark++
  return mark === marks.length
}
