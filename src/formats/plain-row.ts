import { rowChecker } from '../rows/row-checker.js'
import { keyPrefixes } from '../rows/key-prefixes.js'
import type { GrowingBuffer } from '../rows/growing-buffer.js'
import type { Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import { appendByte, appendBytes } from './append-bytes.js'
import { compactValue } from './compact-value.js'
import type { RowRewriter } from './document-rows.js'
import { JsonFault, showName } from './json-fault.js'
import { INCOMPLETE, type JsonText } from './json-scanner.js'
import { PlainFault } from './plain-fault.js'
import { plainCell, type PlainCell, type PlainConversion } from './plain-cell.js'
import { scanMembers, type Member } from './scan-members.js'

const QUOTE = 0x22
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const CLOSE_BRACE = 0x7d

/**
 * Turns the rows of a plain document into canonical rows of the table. A key that a row lacks is NULL where the column may be NULL.
 * Values of generated columns, and of `known` keys that are no columns, are passed over.
 */
export function plainRowRewriter(table: Table, known: readonly string[], conversion: PlainConversion): RowRewriter {
  const columns = storedColumns(table)
  const names = [...known, ...table.columns.map(({ name }) => name)]
  const places = new Map(names.map((name) => [name, columns.findIndex((column) => column.name === name)]))
  const required = columns.map(({ name, nullable }) => !nullable || table.primaryKey?.columns.includes(name) === true)
  const cells = columns.map((column) => plainCell(table, column, conversion))
  const prefixes = keyPrefixes(columns.map(({ name }) => name))
  const faultsOf = rowChecker(columns)
  return (text, at, out) => {
    const members: (Member | undefined)[] = columns.map(() => undefined)
    const seen = new Set<string>()
    const end = scanMembers(text, at, (member) => {
      const place = places.get(member.name)
      if (place === undefined) throw new JsonFault(member.at, `key ${showName(member.name)} is unknown here`)
      if (seen.has(member.name)) throw new JsonFault(member.at, `key ${showName(member.name)} is there twice`)
      seen.add(member.name)
      if (place >= 0) members[place] = member
    })
    if (end === INCOMPLETE) return INCOMPLETE
    const before = out.length
    if (columns.length === 0) appendByte(out, OPEN_BRACE)
    for (const [index, column] of columns.entries()) {
      const prefix = prefixes[index]
      const cell = cells[index]
      const member = members[index]
      if (prefix === undefined || cell === undefined) continue
      if (member === undefined && required[index] === true) throw new JsonFault(at, `the row has no ${showName(column.name)}, and the column is NOT NULL`, column.name)
      appendBytes(out, prefix, 0, prefix.length)
      if (member === undefined) out.text('null')
      else emit(text, member, cell, out)
    }
    appendByte(out, CLOSE_BRACE)
    const [fault] = faultsOf(out.bytes.subarray(before, out.length))
    if (fault === undefined) return end
    const place = fault.column === null ? undefined : members[places.get(fault.column) ?? -1]
    throw new JsonFault(place?.start ?? at, fault.message, fault.column)
  }
}

function emit(text: JsonText, { name, start, end }: Member, cell: PlainCell, out: GrowingBuffer): void {
  const first = text.bytes[start]
  if (first === QUOTE && cell.keepsStrings) {
    appendBytes(out, text.bytes, start, end)
    return
  }
  try {
    if (first === OPEN_BRACE || first === OPEN_BRACKET) {
      const from = out.length
      compactValue(text, start, end, out)
      const json = out.bytes.toString('utf8', from, out.length)
      out.length = from
      out.text(cell.convert(json))
    } else out.text(cell.convert(text.bytes.toString('utf8', start, end)))
  } catch (error) {
    if (error instanceof PlainFault) throw new JsonFault(start, error.message, name)
    throw error
  }
}
