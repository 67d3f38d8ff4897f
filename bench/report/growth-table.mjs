const STEPS = ['export', 'import', 'second import']

/** Seconds of each size, and what a million wide rows (with a million narrow ones and their parents) would take at that pace. */
export function growthTable(entries, machine) {
  const engines = [...new Set(entries.map(({ engine }) => engine))]
  const sizes = [...new Set(entries.map(({ rows }) => rows))]
  const lines = engines.flatMap((engine) => STEPS.map((what) => {
    const cells = sizes.map((size) => cell(entries.find((entry) => entry.engine === engine && entry.what === what && entry.rows === size)))
    return `| ${engine} ${what} | ${cells.join(' | ')} |`
  }))
  return [
    machine,
    '',
    `| wide rows | ${sizes.map((size) => size.toLocaleString('en')).join(' | ')} |`,
    `|---|${sizes.map(() => '---|').join('')}`,
    ...lines,
    '',
    'Seconds · seconds per million wide rows · peak MB; each once, with as many narrow rows and a tenth as many parents.',
  ].join('\n')
}

const cell = (entry) => (entry === undefined ? '–' : `${entry.seconds.toFixed(2)} · ${(entry.seconds / (entry.rows / 1e6)).toFixed(1)} · ${entry.peak.toFixed(0)}`)
