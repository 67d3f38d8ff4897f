export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

const EXIT_CODES: Readonly<Record<StopSignal, number>> = Object.freeze({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })

/** The reason of an abort that a signal to the process asked for. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  /** 128 and the number of the signal, as shells have it. */
  readonly exitCode: number

  constructor(readonly signal: StopSignal) {
    super(`stopped by ${signal}`)
    this.exitCode = EXIT_CODES[signal]
  }
}
