import { runCli } from '../../src/cli/run-cli.js'
import { keptHost, type HostProps } from './host.js'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  /** Standard output as one JSON document. */
  readonly json: unknown
  /** Standard output, byte for byte. */
  readonly bytes: Buffer
}

/** Runs the command in this process, in a folder of its own. */
export async function holdall(argv: readonly string[], props: HostProps = {}): Promise<Ran> {
  const host = keptHost(props)
  const code = await runCli(argv, host)
  return {
    code,
    out: host.stdout.text,
    err: host.stderr.text,
    bytes: Buffer.concat(host.stdout.chunks),
    get json(): unknown {
      return JSON.parse(host.stdout.text) as unknown
    },
  }
}
