const MEMORY = 250

/** Seconds of the whole command, with its start; memory of the command and of the server, which the runs of one size share. */
export function loomTable(entries, machine) {
  return [
    machine,
    '',
    '| what | records | document MB | seconds | limit | peak MB, command | peak MB, server | met |',
    '|---|---|---|---|---|---|---|---|',
    ...entries.map(({ what, rows, bytes, seconds, limit, peak, serverPeak }) => {
      const met = (limit === null || seconds.median <= limit) && peak <= MEMORY && serverPeak <= MEMORY
      const cells = [what, rows.toLocaleString('en'), (bytes / 1e6).toFixed(1), `${seconds.median.toFixed(2)} (${seconds.min.toFixed(2)}–${seconds.max.toFixed(2)})`, limit ?? '–', peak.toFixed(0), serverPeak.toFixed(0), met ? 'yes' : '**no**']
      return `| ${cells.join(' | ')} |`
    }),
    '',
    `By the command over HTTP, both on this machine; the limit is a twentieth of what Loom's own set out to stay under, of memory ${MEMORY} MB.`,
  ].join('\n')
}
