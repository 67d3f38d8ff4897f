/** Emphasis on a terminal; each function gives the text back bare where there are no colors. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
}

const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`
const bare = (text: string): string => text

export const PLAIN: Style = Object.freeze({ bold: bare, dim: bare, red: bare, green: bare, yellow: bare })

export const COLORED: Style = Object.freeze({
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
})
