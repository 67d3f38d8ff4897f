/** The one key of the object that stands for a number; no document has a key like it. */
const NUMBER = '\0number'
const TOKENS = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/gs

/** Parses JSON without rounding a number; `numberText` gives what stands there. Undefined where it is no JSON. */
export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(TOKENS, (token) => (token.startsWith('"') ? token : `{${JSON.stringify(NUMBER)}:"${token}"}`))) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The digits of a number that `parseExactJson` met; null for any other value. */
export function numberText(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, NUMBER)) return null
  return (value as Readonly<Record<string, string>>)[NUMBER] ?? null
}
