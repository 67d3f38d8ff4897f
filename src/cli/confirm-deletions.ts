import { HoldallError } from '../errors/holdall-error.js'
import type { DeletionQuestion } from '../transfer/import-options.js'
import type { CliHost } from './host.js'
import type { Printer } from './printers/printer.js'
import { formatCount, formatRows } from './text/quantities.js'
import { printable } from './text/printable.js'

export interface ConfirmProps {
  readonly host: CliHost
  readonly printer: Printer
  readonly yes: boolean
  readonly interactive: boolean
}

/**
 * Whether an import may delete rows of the target. --yes says so beforehand, else a terminal is asked.
 * @throws CONFIRMATION_NEEDED naming the flag and the rows, INTERRUPTED
 */
export async function confirmDeletions(question: DeletionQuestion, props: ConfirmProps): Promise<boolean> {
  return confirmStake(stakeOf(question), question.tables.map((table) => `${table.table}: ${formatRows(table.rows)}`), props)
}

/** As `confirmDeletions`, for what is told in one sentence. */
export async function confirmStake(stake: string, details: readonly string[], props: ConfirmProps): Promise<boolean> {
  if (props.yes) return true
  const { stdin, stderr, signal } = props.host
  if (props.interactive) {
    props.printer.clear()
    // Loaded only where a question is asked: it would make every other start slower.
    const { confirm, isCancel } = await import('@clack/prompts')
    const answer = await confirm({ message: printable(`${stake}. Go on?`), initialValue: false, input: stdin, output: stderr, signal })
    if (isCancel(answer)) throw new HoldallError('INTERRUPTED', { message: 'stopped at the question' })
    if (answer) return true
    throw new HoldallError('CONFIRMATION_NEEDED', { message: 'not confirmed; nothing was touched', hint: 'Look first with --dry-run: it counts the rows that would go.' })
  }
  throw new HoldallError('CONFIRMATION_NEEDED', {
    message: `${stake}; nothing was touched`,
    hint: 'Pass --yes to go on without a question, or look first with --dry-run: it counts the rows that would go.',
    details,
  })
}

function stakeOf({ store, tables }: DeletionQuestion): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  const how = new Set(tables.map(({ by }) => by))
  const flag = how.has('replace') ? (how.has('prune') ? 'replace and --prune' : 'replace') : '--prune'
  const verb = how.has('replace') ? `overwrite${how.size > 1 ? '' : 's'} or delete${how.size > 1 ? '' : 's'} where the archive differs` : 'deletes where the archive lacks them'
  return `${store} holds ${formatRows(rows)} in ${tables.length === 1 ? '1 table' : `${formatCount(tables.length)} tables`} that ${flag} ${verb}`
}
