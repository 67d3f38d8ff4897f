import { BadValue } from './option.js'

/** The two sides of `TABLE=…`, trimmed; the table ends at the first `=` outside double quotes. `form` is for the message. */
export function splitPair(text: string, form: string): readonly [table: string, value: string] {
  const match = /^((?:"(?:[^"]|"")*"|[^"=])+)=(.*)$/s.exec(text)
  const table = match?.[1]?.trim() ?? ''
  const value = match?.[2]?.trim() ?? ''
  if (table === '' || value === '') throw new BadValue(`${JSON.stringify(text)} is not of the form ${form}`)
  return [table, value]
}
