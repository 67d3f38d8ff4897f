import { publishFile } from '../archive/publish-file.js'
import type { ConflictRow } from '../stores/import-table.js'
import { CONFLICTS_VERSION, type ConflictsHeader } from './conflicts-header.js'
import { keepDecisions } from './keep-decisions.js'

export interface ConflictsFileProps {
  readonly exportId: string
  readonly store: string
  /** Tables with conflicts, by their ids in the archive. */
  readonly tables: readonly { readonly table: string; readonly conflicts: number; readonly rows: AsyncIterable<ConflictRow> }[]
  readonly overwrite: boolean
  readonly signal: AbortSignal | undefined
}

const PIECE = 1 << 16

/**
 * Writes conflicts as JSON Lines: the header, then for every table one line about all of its conflicts and one for each, every
 * line with a `resolution` to fill in. A file in which nothing was filled in yet is replaced.
 * @throws OUTPUT_EXISTS, OUTPUT_FAILED, INTERRUPTED
 */
export async function writeConflictsFile(path: string, props: ConflictsFileProps): Promise<void> {
  if (!props.overwrite) await keepDecisions(path)
  await publishFile(
    path,
    async (sink) => {
      let text = ''
      for await (const line of lines(props)) {
        text += `${JSON.stringify(line)}\n`
        if (text.length < PIECE) continue
        await sink.write(Buffer.from(text))
        text = ''
      }
      if (text !== '') await sink.write(Buffer.from(text))
    },
    { overwrite: true, signal: props.signal },
  )
}

async function* lines({ exportId, store, tables }: ConflictsFileProps): AsyncGenerator<object> {
  const conflicts = tables.reduce((sum, table) => sum + table.conflicts, 0)
  yield { holdall: 'conflicts', version: CONFLICTS_VERSION, export_id: exportId, store, conflicts } satisfies ConflictsHeader
  for (const table of tables) {
    yield { table: table.table, conflicts: table.conflicts, resolution: null }
    for await (const { row, key, reason, columns, base, ours, theirs } of table.rows) {
      yield { table: table.table, row, key, reason, columns, base, ours, theirs, resolution: null }
    }
  }
}
