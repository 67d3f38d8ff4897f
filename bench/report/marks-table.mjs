import { valueOf } from '../figure.mjs'

const LIMIT = 200

/** The table of marks. A figure is the median, in brackets the lowest and the highest run. */
export function marksTable({ groups, peaks, skipped, machine }) {
  const figures = groups.flatMap((group) => group.figures)
  const highest = Math.max(...peaks)
  const verdicts = [...figures.map(({ met }) => met), highest <= LIMIT]
  return [
    machine,
    '',
    '| what | anchor | its seconds | holdall, seconds | ratio | mark | met | CPU s, anchor | CPU s, holdall | peak MB, anchor | peak MB, holdall |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...figures.map(row),
    `| resident memory of every holdall run (${peaks.length}) | | | | | ≤ ${LIMIT} MB | ${yes(highest <= LIMIT)} | | | | ${highest.toFixed(0)} |`,
    '',
    `${verdicts.filter(Boolean).length} of ${verdicts.length} marks are met. In brackets: the lowest and the highest run (of ratios: of one round). CPU: the tool's own + the server's.`,
    ...groups.flatMap(({ note }) => (note === undefined ? [] : [note])),
    ...skipped.map((what) => `Skipped: ${what}.`),
  ].join('\n')
}

function row({ what, anchor, anchorSeconds, holdallSeconds, ratio, ratios, mark, met, cpu, peak }) {
  const cells = [
    what, anchor.replaceAll('|', '\\|'), range(anchorSeconds), range(holdallSeconds), `**${round(ratio)}** (${round(ratios.min)}–${round(ratios.max)})`,
    `≤ ${String(mark).includes('/') ? `${mark} = ${round(valueOf(mark))}` : mark}`, yes(met), ...cpu.map(cpuCell), ...peak.map((megabytes) => megabytes.toFixed(0)),
  ]
  return `| ${cells.join(' | ')} |`
}

const yes = (met) => (met ? 'yes' : '**no**')
const round = (ratio) => (ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2))
const range = ({ median, min, max }) => `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`
const cpuCell = (cpu) => (cpu === null ? '–' : `${cpu.client.toFixed(1)}${cpu.server === null ? '' : ` + ${cpu.server.toFixed(1)}`}`)
