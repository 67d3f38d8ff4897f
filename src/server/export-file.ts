import type { ExportFormat } from '../transfer/export-options.js'

export interface ExportFileProps {
  readonly profile: string | null
  readonly format: ExportFormat
  readonly compress: boolean
  readonly date: Date
}

/** What a browser is told of an export: its type, and the name to keep it under. */
export function exportHeaders({ profile, format, compress, date }: ExportFileProps): Readonly<Record<string, string>> {
  const packed = format === 'archive' || compress
  const name = (profile ?? '').replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-.]+/, '') || 'holdall'
  const ending = format === 'archive' ? 'tar.gz' : compress ? 'json.gz' : 'json'
  return Object.freeze({
    'Content-Type': packed ? 'application/gzip' : 'application/json; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name}-export-${date.toISOString().slice(0, 10)}.${ending}"`,
  })
}
