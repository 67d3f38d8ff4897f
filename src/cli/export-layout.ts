import type { ExportFormat } from '../transfer/export-options.js'

export interface ExportLayout {
  readonly format: ExportFormat
  /** Of a JSON document. */
  readonly compress: boolean
}

interface LayoutProps {
  readonly format: ExportFormat | undefined
  readonly compress: boolean | undefined
  /** As typed; undefined where it is not. */
  readonly output: string | undefined
  readonly remote: boolean
}

/** What the flags leave open the name of the output says. */
export function exportLayout({ format, compress, output, remote }: LayoutProps): ExportLayout {
  const document = /\.json(\.gz)?$/i.exec(output ?? '')
  const archive = /\.(?:tar\.gz|tgz)$/i.test(output ?? '')
  const open = !archive && (document !== null || output === undefined || remote) ? 'json' : 'archive'
  return { format: format ?? open, compress: compress ?? document?.[1] !== undefined }
}
