import { Readable, Writable } from 'node:stream'
import type { CliHost } from '../../src/cli/host.js'

/** A stream that keeps what is written; it emits `question` once somebody is asked. */
export class Kept extends Writable {
  text = ''
  readonly chunks: Buffer[] = []
  constructor(
    readonly isTTY = false,
    readonly columns = 100,
  ) {
    super()
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk)
    this.text += chunk.toString('utf8')
    if (this.text.includes('Yes')) setImmediate(() => this.emit('question'))
    done()
  }
  get lines(): string[] {
    return this.text.trimEnd().split('\n')
  }
}

export interface HostProps {
  readonly stdin?: Readable
  readonly stdout?: Writable
  readonly stderr?: Kept
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly signal?: AbortSignal
  readonly terminal?: boolean
}

export interface KeptHost extends CliHost {
  readonly stdout: Kept
  readonly stderr: Kept
}

/** Surroundings of the command in memory: real streams, no process. */
export function keptHost(props: HostProps = {}): KeptHost {
  const terminal = props.terminal === true
  return {
    stdin: Object.assign(props.stdin ?? Readable.from([]), { isTTY: terminal }),
    stdout: (props.stdout as Kept | undefined) ?? new Kept(terminal),
    stderr: props.stderr ?? new Kept(terminal),
    env: props.env ?? {},
    cwd: props.cwd ?? process.cwd(),
    signal: props.signal ?? new AbortController().signal,
  }
}
