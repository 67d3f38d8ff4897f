import cliProgress, { type Options } from 'cli-progress'
import { pace } from '../../progress/pace.js'
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
  const { rate, share, left } = pace(event, seconds)
  const parts = [formatRows(rows), ...(rate !== null && rate >= 1 ? [`${formatCount(Math.round(rate))}/s`] : [])]
  if (share === null) return [subject, ...parts].join('  ')
  const time = left === null ? [] : [`${formatDuration(left)} left`]
  return [subject, `[${cliProgress.Format.BarFormat(share, bar)}] ${Math.floor(share * 100)}%`, ...parts, ...time].join('  ')
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
