import { HoldallError } from '../errors/holdall-error.js'
import type { ReplaceQuestion } from '../transfer/import-options.js'
import type { CliHost } from './host.js'
import type { Printer } from './printers/printer.js'
import { formatCount, formatRows } from './text/quantities.js'
import { printable } from './text/printable.js'

interface ConfirmProps {
  readonly host: CliHost
  readonly printer: Printer
  readonly yes: boolean
  readonly interactive: boolean
}

/**
 * Whether `replace` may go over tables that hold rows. --yes says so beforehand, else a terminal is asked.
 * @throws CONFIRMATION_NEEDED naming the flag and the rows, INTERRUPTED
 */
export async function confirmReplace(question: ReplaceQuestion, props: ConfirmProps): Promise<boolean> {
  if (props.yes) return true
  const rows = question.tables.reduce((sum, table) => sum + table.rows, 0)
  const tables = question.tables.length === 1 ? '1 table' : `${formatCount(question.tables.length)} tables`
  const stake = `${question.store} holds ${formatRows(rows)} in ${tables} that --strategy replace overwrites or deletes where the archive differs`
  const details = question.tables.map((table) => `${table.table}: ${formatRows(table.rows)}`)
  const { stdin, stderr, signal } = props.host
  if (props.interactive) {
    props.printer.clear()
    // Loaded only where a question is asked: it would make every other start slower.
    const { confirm, isCancel } = await import('@clack/prompts')
    const answer = await confirm({ message: printable(`${stake}. Go on?`), initialValue: false, input: stdin, output: stderr, signal })
    if (isCancel(answer)) throw new HoldallError('INTERRUPTED', { message: 'stopped at the question' })
    if (answer) return true
    throw new HoldallError('CONFIRMATION_NEEDED', { message: 'not confirmed; nothing was touched', hint: 'Choose another --strategy, or look first with --dry-run.' })
  }
  throw new HoldallError('CONFIRMATION_NEEDED', {
    message: `${stake}; nothing was touched`,
    hint: 'Pass --yes to go on without a question, or look first with --dry-run.',
    details,
  })
}
