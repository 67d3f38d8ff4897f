import { HoldallError } from '../../../errors/holdall-error.js'
import type { Matched, StagedTable } from './staged-table.js'
import type { Sql } from '../../sql.js'

/** What a strategy makes of one staged table: how many rows are to be deleted, updated and inserted. */
export interface PendingWrite {
  readonly staged: StagedTable
  /** Null: the table was empty, so every staged row is new. */
  readonly match: Sql | null
  readonly deletes: number
  readonly updates: number
  readonly inserts: number
}

/** @throws CONFLICT for `fail-on-conflict`, when a row is on both sides */
export function pendingWrite(matched: Matched): PendingWrite {
  const { strategy, target } = matched.table
  const onBoth = matched.rows - matched.new
  if (strategy === 'fail-on-conflict' && onBoth > 0) {
    throw new HoldallError('CONFLICT', { table: target.id, message: `${onBoth} ${onBoth === 1 ? 'row is' : 'rows are'} in the archive and in the target` })
  }
  const replace = strategy === 'replace'
  return Object.freeze({
    staged: matched,
    match: matched.match,
    deletes: replace ? matched.absent : 0,
    updates: replace || strategy === 'merge' ? matched.changed : 0,
    inserts: matched.new,
  })
}

/** All rows of a staging table whose target is empty. */
export function pendingInsert(staged: StagedTable): PendingWrite {
  return Object.freeze({ staged, match: null, deletes: 0, updates: 0, inserts: staged.rows })
}
