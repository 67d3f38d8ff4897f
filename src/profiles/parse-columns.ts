import type { ConfigDocument, ConfigNode } from './config-document.js'

/** A list of columns: at least one, each once. `place` is named where the list is left out. @throws CONFIG_INVALID */
export function parseColumns(document: ConfigDocument, node: ConfigNode, what: string, place: ConfigNode): readonly string[] {
  const columns = document.texts(node, what)
  if (columns.length === 0) throw document.fault(node ?? place, `${what} names no column`)
  const twice = columns.find((column, index) => columns.indexOf(column) !== index)
  if (twice !== undefined) throw document.fault(node, `${what} names the column ${twice} twice`)
  return columns
}
