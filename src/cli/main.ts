#!/usr/bin/env node
import { asHoldallError } from '../errors/as-holdall-error.js'
import { Interruption, type StopSignal } from './interruption.js'
import { exitErrorJson, failureText } from './reports/failure.js'
import { runCli } from './run-cli.js'
import { secretsIn } from '../errors/redact.js'
import { PLAIN } from './text/style.js'

const controller = new AbortController()

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] satisfies StopSignal[]) {
  process.on(name, () => {
    const interruption = new Interruption(name)
    // The second one does not wait for the rollback; the database does that when the connection is gone.
    if (controller.signal.aborted) process.exit(interruption.exitCode)
    controller.abort(interruption)
  })
}

process.on('uncaughtException', (error) => {
  const failure = asHoldallError(error)
  const { exitCode } = failure
  const verbose = process.argv.includes('--verbose') || process.argv.includes('-v')
  const secrets = secretsIn([...process.argv, ...Object.values(process.env)])
  const json = process.argv.includes('--json')
  process.stderr.write(json ? `${JSON.stringify(exitErrorJson(failure, { exitCode, verbose, secrets }))}\n` : failureText(failure, { style: PLAIN, verbose, secrets }))
  process.exit(exitCode)
})

const exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: controller.signal,
})
// Where pipes are written in the background, what was printed last must still go out.
for (const stream of [process.stdout, process.stderr]) await new Promise<void>((resolve) => void stream.write('', () => resolve()))
// A pipe on stdin that nobody closes would keep the process alive; all output has been taken by now.
process.exit(exitCode)
