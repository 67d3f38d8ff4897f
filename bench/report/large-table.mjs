export function largeTable(entries, gigabytes, machine) {
  const [{ rows, all }] = entries
  return [
    machine,
    '',
    `${gigabytes} GB of rows as tab-separated text: ${rows.toLocaleString('en')} wide ones, ${all.toLocaleString('en')} in all.`,
    '',
    '| what | seconds | MB of rows a second | rows a second | peak MB | NDJSON GB | archive GB |',
    '|---|---|---|---|---|---|---|',
    ...entries.map(({ engine, what, seconds, peak, bytes, archive }) => {
      const pace = [((gigabytes * 1e3) / seconds).toFixed(0), Math.round(all / seconds).toLocaleString('en')]
      return `| ${[`${engine} ${what}`, seconds.toFixed(1), ...pace, peak.toFixed(0), size(bytes), size(archive)].join(' | ')} |`
    }),
  ].join('\n')
}

const size = (bytes) => (bytes === null ? '–' : (bytes / 1e9).toFixed(2))
