/** Characters of a value that a message shows. */
export const LONGEST = 60

/** The key of a row for messages: `id=5`, `order_id=5, line="a"`. Values as better-sqlite3 gives them. */
export function keyText(names: readonly string[], values: readonly unknown[]): string {
  return names.map((name, index) => `${name}=${valueText(values[index])}`).join(', ')
}

export function valueText(value: unknown): string {
  const text = textOf(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

function textOf(value: unknown): string {
  if (Buffer.isBuffer(value)) return `x'${value.subarray(0, LONGEST).toString('hex')}'`
  if (typeof value === 'string') return JSON.stringify(value)
  // A float shows that it is one, as in SQLite: 1 and 1.0 are two values.
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : value.toString()
  return typeof value === 'bigint' ? value.toString() : 'NULL'
}
