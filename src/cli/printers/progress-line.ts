import cliProgress, { type Options } from 'cli-progress'
import type { ProgressEvent } from '../../progress/progress.js'
import { displayWidth } from '../text/display-width.js'
import { printable } from '../text/printable.js'
import { formatCount, formatDuration, formatRows } from '../text/quantities.js'
import { GOING_ON } from './phases.js'

const NAME_WIDTH = 30

/** The one line of the terminal printer: what, bar, share, rows, rate, time left. */
export function progressLine(event: ProgressEvent, seconds: number, bar: Options): string {
  const { rows, expected } = event
  if (event.table === null) return `${GOING_ON[event.phase]} …`
  const subject = `${GOING_ON[event.phase]} ${shorten(printable(event.table))}`
  if (rows === 0 && expected === null) return `${subject} …`
  const rate = seconds > 0 ? rows / seconds : 0
  const parts = [formatRows(rows), ...(rate >= 1 ? [`${formatCount(Math.round(rate))}/s`] : [])]
  // An estimate may be too low: then there is neither a share nor a time left that would be true.
  if (expected === null || expected < rows || expected === 0) return [subject, ...parts].join('  ')
  const share = rows / expected
  const left = rate > 0 && seconds >= 1 ? [`${formatDuration((expected - rows) / rate)} left`] : []
  return [subject, `[${cliProgress.Format.BarFormat(share, bar)}] ${Math.floor(share * 100)}%`, ...parts, ...left].join('  ')
}

function shorten(name: string): string {
  if (displayWidth(name) <= NAME_WIDTH) return name
  let short = ''
  for (const { segment } of new Intl.Segmenter().segment(name)) {
    if (displayWidth(short + segment) >= NAME_WIDTH) break
    short += segment
  }
  return `${short}…`
}
