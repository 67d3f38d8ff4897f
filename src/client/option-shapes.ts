import { abortSignal, callback, instant, listOf, oneOf, stream, text, texts, yesOrNo } from '../errors/option-check.js'
import { CONVERSIONS } from '../stores/conversion.js'
import { STRATEGIES } from '../stores/import-table.js'
import { UNRESOLVED } from '../stores/unresolved.js'
import { EXPORT_FORMATS } from '../transfer/export-options.js'
import { shape } from '../transfer/option-shapes.js'
import type { RemoteExportOptions } from './export-from-server.js'
import type { RemoteImportOptions } from './import-to-server.js'

export const REMOTE_EXPORT_SHAPE = shape<RemoteExportOptions, 'output' | 'format'>(
  { output: text, format: oneOf(EXPORT_FORMATS) },
  { stdout: stream, compress: yesOrNo, include: texts, exclude: texts, since: instant, until: instant, project: text, redact: yesOrNo, overwrite: yesOrNo, signal: abortSignal, onProgress: callback },
)

export const REMOTE_IMPORT_SHAPE = shape<RemoteImportOptions, 'input'>(
  { input: text },
  {
    stdin: stream,
    strategy: oneOf(STRATEGIES),
    include: texts,
    exclude: texts,
    onUnresolved: oneOf(UNRESOLVED),
    onError: oneOf(['abort', 'reject']),
    conversions: listOf(Object.keys(CONVERSIONS)),
    dryRun: yesOrNo,
    validateOnly: yesOrNo,
    signal: abortSignal,
    onProgress: callback,
  },
)
