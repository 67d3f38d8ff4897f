export interface CopyPosition {
  /** 1-based row of the COPY statement. */
  readonly row: number
  readonly column?: string
}

/**
 * Row and column of a failing COPY FROM, out of the error's context: `COPY users, line 12, column email: "…"`.
 * The server writes it in its own language (`Zeile 12, Spalte email`), which a session may not change.
 */
export function copyPosition(where: string | undefined): CopyPosition | null {
  for (const line of where?.split('\n') ?? []) {
    const match = /^COPY .*?, line (\d+)(?:, column (.+?)(?:: (?:"|null input)|$))?/.exec(line) ?? /^COPY .*?, [^\d\s,]+ (\d+)(?:, [^\d\s,]+ (.+?)\s?: )?/.exec(line)
    if (match === null) continue
    const column = match[2]
    return column === undefined ? { row: Number(match[1]) } : { row: Number(match[1]), column }
  }
  return null
}
