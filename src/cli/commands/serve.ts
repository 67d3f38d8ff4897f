import { once } from 'node:events'
import { EXIT } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { defineCommand, type Values } from '../command.js'
import { fromFolder } from '../from-folder.js'
import type { Option } from '../options/option.js'
import { SERVE_OPTIONS } from '../options/server-options.js'
import { servedStores } from '../served-stores.js'
import { serverConfig } from '../server-config.js'
import { formatDuration } from '../text/quantities.js'
import { writeOut } from '../write-out.js'

export const SERVE = defineCommand({
  name: 'serve',
  summary: 'serve databases over HTTP: jobs with progress, history, health, metrics',
  description:
    'Serves the databases of holdall.yaml, and those named by --store, over HTTP until it is stopped. On this machine alone it asks nobody who they are; ' +
    'at any other address it starts only when requests need a key or a token. /docs is a page with all that it answers. The address is printed once it listens. ' +
    'SIGINT and SIGTERM stop it: running jobs get time to end, and then are rolled back.',
  args: [],
  options: SERVE_OPTIONS,
  examples: [
    { does: 'a database, for this machine alone', command: 'holdall serve --store app.db' },
    { does: 'a Loom, with its groups, projects and documents', command: 'holdall serve --store loom.db --profile loom' },
    { does: 'all stores of holdall.yaml, for others; they need a key', command: 'holdall serve --host 0.0.0.0 --port 8080' },
  ],
  exits: [EXIT.notFound, EXIT.locked, EXIT.storage],
  exitMeans: { [EXIT.done]: 'it was stopped, and all jobs had ended or were rolled back' },
  results: [
    {
      when: 'when it has stopped, on standard error; the line `{"message_type":"listening","url":…}` on standard output says where it listens',
      fields: [
        { path: 'url', type: 'string', means: 'where it listened' },
        { path: 'seconds', type: 'number', means: 'how long it ran' },
      ],
    },
  ],
  run: async ({ host, globals, values, typed }) => {
    const { config, settings } = await serverConfig(host, globals.config, values.state)
    const { stores, first } = servedStores(config, values.store ?? [], { profile: values.profile, keyStore: values.keyStore === undefined ? undefined : fromFolder(host.cwd, values.keyStore) })
    const enabled = asked(values, (option) => typed(option) !== null) ?? settings.auth.enabled
    const started = performance.now()
    // What a server needs is large, and no other command has any use for it.
    const { startServer } = await import('../../server/start-server.js')
    const server = await startServer({
      stores,
      settings: { ...settings, host: values.host ?? settings.host, port: values.port ?? settings.port, store: first ?? settings.store, auth: { ...settings.auth, enabled } },
      log: { level: values.logLevel ?? 'info', stream: host.stderr },
      env: host.env,
    })
    try {
      await writeOut(host.stdout, globals.json === true ? `${JSON.stringify({ message_type: 'listening', url: server.url })}\n` : `listening at ${server.url}\n`)
      if (!host.signal.aborted) await once(host.signal, 'abort')
    } finally {
      await server.stop()
    }
    const seconds = (performance.now() - started) / 1000
    return {
      kind: 'summary',
      json: { message_type: 'result', command: 'serve', url: server.url, seconds },
      text: () => `stopped after ${formatDuration(seconds)}\n`,
      to: 'stderr',
      exitCode: EXIT.done,
      failure: null,
      notes: [],
    }
  },
})

/** What --auth and --no-auth say: a flag counts before a variable, the last flag before the first; null where neither is given. */
function asked({ auth = false, noAuth = false }: Values<typeof SERVE_OPTIONS>, isTyped: (option: Option<unknown>) => boolean): boolean | null {
  if (isTyped(SERVE_OPTIONS.auth)) return true
  if (isTyped(SERVE_OPTIONS.noAuth)) return false
  if (auth && noAuth) throw new HoldallError('USAGE', { message: 'HOLDALL_AUTH and HOLDALL_NO_AUTH exclude each other' })
  return auth ? true : noAuth ? false : null
}
