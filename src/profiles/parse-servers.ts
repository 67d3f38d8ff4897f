import type { Config, ConfiguredRemote } from './config.js'
import type { ConfigDocument, ConfigNode } from './config-document.js'
import { expandVariables } from './expand-variables.js'
import { frozenRecord } from './profile.js'

/** Reads `servers:` of holdall.yaml: a name, and an address, or `url` with what belongs to it. @throws CONFIG_INVALID */
export function parseServers(document: ConfigDocument, node: ConfigNode, env: NodeJS.ProcessEnv): Config['servers'] {
  return frozenRecord(
    document.members(node, 'servers').map(({ name, key, value }) => {
      const what = `server ${name}`
      if (document.optional(value) === null) throw document.fault(key, `${what} has no address`)
      const entry = document.isText(value) ? { url: value } : document.known(value, what, ['url', 'tokenEnv', 'store'])
      if (entry.url === undefined || entry.url === null) throw document.fault(key, `${what} has no url`)
      const text = (given: ConfigNode | undefined, of: string): string | null => (document.optional(given) === null ? null : document.text(given ?? null, `the ${of} of ${what}`))
      const more = { tokenEnv: 'tokenEnv' in entry ? text(entry.tokenEnv, 'tokenEnv') : null, store: 'store' in entry ? text(entry.store, 'store') : null }
      return [name, parseAddress(document, entry.url, what, more, env)] as const
    }),
  )
}

function parseAddress(document: ConfigDocument, node: ConfigNode, what: string, more: { readonly tokenEnv: string | null; readonly store: string | null }, env: NodeJS.ProcessEnv): ConfiguredRemote {
  const expansion = expandVariables(document.text(node, `the url of ${what}`), env)
  if (expansion.kind === 'malformed') throw document.fault(node, `the url of ${what} has a \${ that is no variable`, 'Write ${NAME}, ${NAME:-default}, or $$ for a dollar sign.')
  if (expansion.kind === 'unset') return Object.freeze({ kind: 'unusable', problem: `${document.where(node)}: ${what} needs the environment variable ${expansion.variable}, which is not set` })
  return Object.freeze({ kind: 'ready', url: expansion.text, ...more })
}
