import cliProgress, { type Options } from 'cli-progress'
import { pace } from '../../progress/pace.js'
import { countsBytes, type ProgressEvent } from '../../progress/progress.js'
import { displayWidth } from '../text/display-width.js'
import { printable } from '../text/printable.js'
import { formatCount, formatDuration, formatRows, formatSize } from '../text/quantities.js'
import { GOING_ON } from './phases.js'

const NAME_WIDTH = 30

/** The one line of the terminal printer: what, bar, share, rows, rate, time left. */
export function progressLine(event: ProgressEvent, seconds: number, bar: Options): string {
  const { rows, expected } = event
  const bytes = countsBytes(event.phase)
  if (event.table === null && !bytes) return `${GOING_ON[event.phase]} …`
  const subject = [GOING_ON[event.phase], ...(event.table === null ? [] : [shorten(printable(event.table))])].join(' ')
  if (rows === 0 && expected === null) return `${subject} …`
  const { rate, share, left } = pace(event, seconds)
  const amount = bytes ? formatSize : formatCount
  const parts = [bytes ? formatSize(rows) : formatRows(rows), ...(rate !== null && rate >= 1 ? [`${amount(Math.round(rate))}/s`] : [])]
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
