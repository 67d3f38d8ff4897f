import { BadValue } from './option.js'

/** A whole number within bounds, both included. */
export function parseWholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= low && value <= high)) {
      throw new BadValue(`${JSON.stringify(text)} is not a whole number from ${low} to ${high}`)
    }
    return value
  }
}
