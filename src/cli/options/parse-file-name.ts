import { BadValue } from './option.js'

/** A path, which an empty text (mostly an unset variable of a script) is not. */
export function parseFileName(text: string): string {
  if (text === '') throw new BadValue('the name of the file is empty')
  return text
}
