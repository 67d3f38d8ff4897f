import type { OnProgress } from '../../progress/progress.js'

export interface DemoOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}
