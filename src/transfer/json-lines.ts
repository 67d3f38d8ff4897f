import { createReadStream } from 'node:fs'

/** A line of a file of JSON Lines; `value` is undefined where the line is no JSON. */
export interface JsonLine {
  /** From 1. */
  readonly number: number
  readonly value: unknown
}

const NEWLINE = 0x0a

/** No text of JavaScript is longer: such a line cannot be parsed, and is not collected. */
const LONGEST = 0x1fffffe8

/**
 * The lines of a file that are not blank, each parsed, one at a time in memory. Only a newline ends a line: node:readline
 * also breaks at U+2028, which JSON allows within a text.
 */
export async function* jsonLines(path: string, signal?: AbortSignal): AsyncGenerator<JsonLine> {
  let number = 0
  let pieces: Buffer[] = []
  let held = 0
  const keep = (piece: Buffer): void => {
    held += piece.length
    if (held <= LONGEST) pieces.push(piece)
    else pieces = []
  }
  const take = (): Generator<JsonLine> => {
    const line = held > LONGEST ? null : Buffer.concat(pieces)
    pieces = []
    held = 0
    return lineOf(number, line)
  }
  for await (const chunk of createReadStream(path, signal === undefined ? {} : { signal }) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      number += 1
      keep(chunk.subarray(start, end))
      yield* take()
      start = end + 1
    }
    if (start < chunk.length) keep(chunk.subarray(start))
  }
  number += 1
  yield* take()
}

function* lineOf(number: number, bytes: Buffer | null): Generator<JsonLine> {
  const value = bytes === null ? { json: undefined } : parse(bytes)
  if (value !== null) yield { number, value: value.json }
}

/** Null for a blank line. */
function parse(bytes: Buffer): { readonly json: unknown } | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.trim() === '' ? null : { json: JSON.parse(text) as unknown }
  } catch {
    return { json: undefined }
  }
}
