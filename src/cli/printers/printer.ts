import type { ProgressEvent } from '../../progress/progress.js'

/** Shows on stderr what a running command reports. Errors and results are not its business. */
export interface Printer {
  readonly progress: (event: ProgressEvent) => void
  readonly note: (text: string) => void
  /** Takes away whatever is on the screen for the moment only; more may follow. */
  readonly clear: () => void
}
