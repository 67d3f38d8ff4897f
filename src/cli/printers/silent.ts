import type { Printer } from './printer.js'

/** --quiet. */
export const SILENT: Printer = Object.freeze({ progress: () => undefined, note: () => undefined, clear: () => undefined })
