/** A pair with its mark: medians, their ratio, and how far the single runs went. */
export function figureOf({ what, anchor, holdall, mark }, runs) {
  const [theirs, ours] = [runs.get(anchor), runs.get(holdall)]
  const [a, h] = [spread(theirs, 'seconds'), spread(ours, 'seconds')]
  const ratios = spread(ours.map(({ seconds }, round) => ({ ratio: seconds / theirs[round].seconds })), 'ratio')
  const ratio = h.median / a.median
  return {
    what, anchor, mark, ratio, ratios, anchorSeconds: a, holdallSeconds: h, met: ratio <= valueOf(mark),
    cpu: [cpuOf(theirs), cpuOf(ours)], peak: [theirs, ours].map((side) => Math.max(...side.map(({ peak }) => peak))),
  }
}

/** A mark is a number, or a fraction as people say it: `1/12`. */
export function valueOf(mark) {
  const [dividend, divisor = '1'] = String(mark).split('/')
  return Number(dividend) / Number(divisor)
}

export function spread(entries, name) {
  const values = entries.map((entry) => entry[name]).sort((a, b) => a - b)
  const middle = (values.length - 1) / 2
  return { median: (values[Math.floor(middle)] + values[Math.ceil(middle)]) / 2, min: values[0], max: values[values.length - 1] }
}

function cpuOf(side) {
  if (side.some(({ scaled }) => scaled)) return null
  const server = side.every(({ serverCpu }) => serverCpu !== null) ? spread(side, 'serverCpu').median : null
  return { client: spread(side, 'cpu').median, server }
}
