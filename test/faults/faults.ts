/** The operation that was struck. */
export interface Fault {
  readonly what: string
  /** It would have removed a file, which may now be left behind. */
  readonly removes: boolean
  /** What it was to confirm may be done already. */
  readonly after: boolean
}

/** A wrapper that strikes one operation; see SQLite's own tests of I/O errors, which strike every n-th until one run passes clean. */
export interface Faults<Mode extends string> {
  /** From now on operations are counted, and the n-th is struck. */
  arm(mode: Mode, n: number): void
  /** Ends it. `fault` is null where there were fewer than n operations. */
  disarm(): { readonly seen: number; readonly fault: Fault | null }
  restore(): void
}
