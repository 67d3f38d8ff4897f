import { isUtf8 } from 'node:buffer'
import type Database from 'better-sqlite3'
import { HoldallError } from '../../errors/holdall-error.js'
import { ident } from '../sql.js'
import { parseInstant } from './parse-instant.js'

/** Text that can be written as a JSON string: `f(CAST(cell AS BLOB))`. */
export const IS_TEXT_SOUND = ident('holdall_is_text_sound')
/** Milliseconds since 1970, or NULL: `f(cell)`. */
export const INSTANT = ident('holdall_instant')

export type TextEncoding = 'UTF-8' | 'UTF-16le' | 'UTF-16be'

/** The text encoding of the whole database. */
export function textEncoding(db: Database.Database): TextEncoding {
  const name = db.pragma('encoding', { simple: true })
  return name === 'UTF-16le' || name === 'UTF-16be' ? name : 'UTF-8'
}

/** Breaks a page off before it takes more memory than a page may: `f(octet_length(line))`. */
export const WITHIN_PAGE = ident('holdall_within_page')

/** A page would hold more than its bound; `rows` of it are within. */
export class PageTooLarge extends Error {
  override readonly name = 'PageTooLarge'
  readonly rows: number

  constructor(rows: number) {
    super('the page is too large')
    this.rows = rows
  }
}

/** Counts the bytes of one page; a query runs to its end before another begins, so one is enough for a connection. */
export interface PageBound {
  reset(bytes: number): void
}

/** Gives the connection the functions that the reader's SQL uses. */
export function defineReaderFunctions(db: Database.Database, encoding: TextEncoding): PageBound {
  db.function('holdall_is_text_sound', { deterministic: true, directOnly: true }, (bytes: unknown) => {
    return Buffer.isBuffer(bytes) && (encoding === 'UTF-8' ? isUtf8(bytes) : isUtf16(bytes, encoding)) ? 1 : 0
  })
  db.function('holdall_instant', { deterministic: true, directOnly: true }, parseInstant)
  let left = 0
  let rows = 0
  db.function('holdall_within_page', { directOnly: true }, (bytes: unknown) => {
    left -= typeof bytes === 'number' ? bytes : 0
    if (left < 0) throw new PageTooLarge(rows)
    rows += 1
    return 1
  })
  return {
    reset: (bytes) => {
      left = bytes
      rows = 0
    },
  }
}

/**
 * In a database in UTF-16 broken text has no form: `$rawtext` is bytes of UTF-8. SQLite would join a surrogate without
 * its other half to whatever follows, so it has to be told before.
 */
function isUtf16(bytes: Buffer, encoding: TextEncoding): true {
  const ordered = encoding === 'UTF-16be' && bytes.length % 2 === 0 ? Buffer.from(bytes).swap16() : bytes
  if (bytes.length % 2 === 0 && !/\p{Surrogate}/u.test(ordered.toString('utf16le'))) return true
  throw new HoldallError('VALUE_UNWRITABLE', {
    message: 'a text is not valid UTF-16, the encoding of this database',
    hint: 'Correct the text, or leave the column out.',
  })
}
