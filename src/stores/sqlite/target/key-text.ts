const LONGEST = 60

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
  return typeof value === 'bigint' || typeof value === 'number' ? value.toString() : 'NULL'
}
