/** `1,234,567` */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** `1 row`, `2,000 rows`. */
export function formatRows(rows: number): string {
  return `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`
}

const SIZES = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `512 B`, `1.5 KiB`, `23.4 MiB` */
export function formatSize(bytes: number): string {
  let size = bytes
  let unit: string = 'B'
  for (const next of SIZES) {
    if (Number(size.toFixed(1)) < 1024) break
    size /= 1024
    unit = next
  }
  return unit === 'B' ? `${size} B` : `${size.toFixed(1)} ${unit}`
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 4 min` */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`
}
