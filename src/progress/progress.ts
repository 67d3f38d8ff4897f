/** What may be going on. `send` and `receive` go over the network and count bytes, all others rows. */
export const PHASES = ['select', 'read', 'write', 'stage', 'compare', 'apply', 'settle', 'verify', 'publish', 'send', 'receive'] as const
export type Phase = (typeof PHASES)[number]

export function countsBytes(phase: Phase): boolean {
  return phase === 'send' || phase === 'receive'
}

/** What a running operation reports; terminal, lines and JSON are printers of it. */
export interface ProgressEvent {
  /** What is going on now. */
  readonly phase: Phase
  /** Table at hand, or null for a step of the whole. */
  readonly table: string | null
  /** Rows of this table done so far; bytes where the phase counts those. */
  readonly rows: number
  /** Rows of this table expected, when known (it may be an estimate). */
  readonly expected: number | null
  /** True once the table (or step) is finished. */
  readonly done: boolean
}

export type OnProgress = (event: ProgressEvent) => void
