/** The names of `a,b`; none of an empty text, which is what a form sends for a field that was not filled in. */
export function queryNames(...texts: readonly (string | undefined)[]): readonly string[] {
  return texts.flatMap((text) => (text ?? '').split(',')).map((name) => name.trim()).filter((name) => name !== '')
}
