/** What a running operation reports; terminal, lines and JSON are printers of it. */
export interface ProgressEvent {
  /** What is going on now. */
  readonly phase: 'select' | 'read' | 'write' | 'stage' | 'compare' | 'apply' | 'settle' | 'verify' | 'publish'
  /** Table at hand, or null for a step of the whole. */
  readonly table: string | null
  /** Rows of this table done so far. */
  readonly rows: number
  /** Rows of this table expected, when known (it may be an estimate). */
  readonly expected: number | null
  /** True once the table (or step) is finished. */
  readonly done: boolean
}

export type OnProgress = (event: ProgressEvent) => void
