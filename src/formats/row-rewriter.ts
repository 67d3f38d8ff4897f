import { appendBytes } from './append-bytes.js'
import { canonicalRowEnd } from './canonical-row-end.js'
import type { RowRewriter } from './document-rows.js'
import { OTHERWISE } from './json-scanner.js'
import { rewriteObject } from './rewrite-object.js'
import { rewriteOrderedRow } from './rewrite-ordered-row.js'
import type { ObjectShape } from './value-shape.js'

/** Brings rows that have the values of that shape already into canonical form, the quickest way that will do. */
export function rowRewriter(shape: ObjectShape): RowRewriter {
  if (!shape.flat || shape.names.length === 0) return (text, at, out) => rewriteObject(text, at, shape, out)
  return (text, at, out) => {
    let end = canonicalRowEnd(text, at, shape)
    if (end >= 0) appendBytes(out, text.bytes, at, end)
    if (end === OTHERWISE) end = rewriteOrderedRow(text, at, shape, out)
    return end === OTHERWISE ? rewriteObject(text, at, shape, out) : end
  }
}
