import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { RESERVED_KEYS } from '../formats/json-document.js'
import { nearNames } from '../schema/near-names.js'
import { BUILT_IN } from './built-in.js'
import type { Config, ConfiguredStore } from './config.js'
import { ConfigDocument, type ConfigMember, type ConfigNode } from './config-document.js'
import { expandVariables } from './expand-variables.js'
import { parseAlike } from './parse-alike.js'
import { parseColumnsBetween } from './parse-columns-between.js'
import { parseIdentities } from './parse-identities.js'
import { parseProject } from './parse-project.js'
import { parseReferences } from './parse-references.js'
import { parseSecrets } from './parse-secrets.js'
import { parseServer } from './parse-server.js'
import { parseServers } from './parse-servers.js'
import { emptyProfile, entryOf, frozenRecord, type Profile } from './profile.js'

/** Reads the text of a holdall.yaml. @throws CONFIG_INVALID with file, line and column */
export function parseConfig(text: string, file: string, cwd: string, env: NodeJS.ProcessEnv): Config {
  const document = new ConfigDocument(text, file)
  const { stores, store, profiles, server, servers } = document.known(document.root, 'the file', ['stores', 'profiles', 'store', 'server', 'servers'])
  const parsed = frozenRecord(document.members(profiles ?? null, 'profiles').map(({ name, value }) => [name, parseProfile(document, name, value)] as const))
  return Object.freeze({
    file,
    cwd,
    profiles: parsed,
    server: parseServer(document, server ?? null, file, env),
    servers: parseServers(document, servers ?? null, env),
    store: defaultStore(document, store ?? null, document.members(stores ?? null, 'stores').map(({ name }) => name)),
    stores: frozenRecord(document.members(stores ?? null, 'stores').map((member) => [member.name, parseStore(document, member, parsed, dirname(file), env)] as const)),
  })
}

function defaultStore(document: ConfigDocument, node: ConfigNode, names: readonly string[]): string | null {
  if (document.optional(node) === null) return null
  const name = document.text(node, 'store')
  if (names.includes(name)) return name
  const near = nearNames(name, names)
  throw document.fault(node, `store names ${name}, which is not in stores`, near.length > 0 ? `Did you mean ${near.join(' or ')}?` : undefined)
}

function parseProfile(document: ConfigDocument, name: string, node: ConfigNode): Profile {
  const keys = ['groups', 'timeColumns', 'leaveOut', 'identities', 'references', 'labelColumns', 'alike', 'project', 'columnsBetween', 'secrets', 'leaveAlone'] as const
  const { groups, timeColumns, leaveOut, identities, references, labelColumns, alike, project, columnsBetween, secrets, leaveAlone } = document.known(node, `profile ${name}`, keys)
  const lists = (value: ConfigNode | undefined, what: string): (readonly [string, readonly string[]])[] =>
    document.members(value ?? null, `${what} of profile ${name}`).map((member) => [member.name, document.texts(member.value, `${what}.${member.name}`)])
  const texts = (value: ConfigNode | undefined, what: string): (readonly [string, string])[] =>
    document.members(value ?? null, `${what} of profile ${name}`).map((member) => [member.name, document.text(member.value, `${what}.${member.name}`)])
  for (const member of document.members(groups ?? null, `groups of profile ${name}`)) {
    if (RESERVED_KEYS.includes(member.name)) throw document.fault(member.key, `no group may be named ${member.name}: JSON documents use that key themselves`)
  }
  return Object.freeze({
    name,
    application: null,
    groups: frozenRecord(lists(groups, 'groups')),
    timeColumns: frozenRecord(texts(timeColumns, 'timeColumns')),
    leaveOut: frozenRecord(lists(leaveOut, 'leaveOut')),
    identities: parseIdentities(document, identities ?? null, name),
    references: parseReferences(document, references ?? null, name),
    labelColumns: frozenRecord(texts(labelColumns, 'labelColumns')),
    alike: parseAlike(document, alike ?? null, identities ?? null, name),
    project: parseProject(document, project ?? null, name),
    columnsBetween: parseColumnsBetween(document, columnsBetween ?? null, name),
    secrets: parseSecrets(document, secrets ?? null, name),
    leaveAlone: document.texts(leaveAlone ?? null, `leaveAlone of profile ${name}`),
  })
}

function parseStore(document: ConfigDocument, member: ConfigMember, profiles: Config['profiles'], folder: string, env: NodeJS.ProcessEnv): ConfiguredStore {
  const what = `store ${member.name}`
  if (member.value === null) throw document.fault(member.key, `${what} has no location`)
  const entry = document.isText(member.value) ? { url: member.value } : document.known(member.value, what, ['url', 'profile', 'keyStore'])
  if (entry.url === undefined || entry.url === null) throw document.fault(member.key, `${what} has no url`)
  const profile = 'profile' in entry ? namedProfile(document, entry.profile ?? null, what, profiles) : emptyProfile
  const location = expandPath(document, entry.url, what, 'location', env)
  if ('problem' in location) return Object.freeze({ kind: 'unusable', problem: location.problem })
  const ready = { kind: 'ready', location: fromFile(location.text, folder, env), profile } as const
  if (!('keyStore' in entry)) return Object.freeze(ready)
  const keyStore = expandPath(document, entry.keyStore, what, 'keyStore', env)
  return Object.freeze('problem' in keyStore ? { kind: 'unusable', problem: keyStore.problem } : { ...ready, keyStore: fromFile(keyStore.text, folder, env) })
}

/** A location with its variables filled in, or what this environment lacks for it. */
function expandPath(document: ConfigDocument, node: ConfigNode, what: string, key: string, env: NodeJS.ProcessEnv): { readonly text: string } | { readonly problem: string } {
  const expansion = expandVariables(document.text(node, `the ${key} of ${what}`), env)
  switch (expansion.kind) {
    case 'malformed':
      throw document.fault(node, `the ${key} of ${what} has a \${ that is no variable`, 'Write ${NAME}, ${NAME:-default}, or $$ for a dollar sign.')
    case 'unset':
      return { problem: `${document.where(node)}: ${what} needs the environment variable ${expansion.variable}, which is not set` }
    case 'expanded':
      return expansion.text.trim() === '' ? { problem: `${document.where(node)}: the ${key} of ${what} is empty` } : { text: expansion.text }
  }
}

function namedProfile(document: ConfigDocument, node: ConfigNode, what: string, profiles: Config['profiles']): Profile {
  const name = document.text(node, `the profile of ${what}`)
  const profile = entryOf(profiles, name) ?? entryOf(BUILT_IN, name)
  if (profile !== undefined) return profile
  const near = nearNames(name, [...Object.keys(profiles), ...Object.keys(BUILT_IN)])
  throw document.fault(node, `${what} uses profile ${name}, which is not in profiles`, near.length > 0 ? `Did you mean ${near.join(' or ')}?` : undefined)
}

/** A location as written in a file in that folder. */
function fromFile(location: string, folder: string, env: NodeJS.ProcessEnv): string {
  if (/^[a-z][a-z0-9+.-]*:\/\/\/?(?!$)/i.test(location) && !/^sqlite:\/\/(?!\/)/i.test(location)) return location
  const sqlite = /^sqlite:(?:\/\/(?!\/))?(?!\/)(.*)$/is.exec(location)
  if (sqlite !== null) return `sqlite:${encodeURI(folder)}/${sqlite[1] ?? ''}`
  if (/^sqlite:/i.test(location)) return location
  return location.startsWith('~/') ? resolve(env['HOME'] ?? homedir(), location.slice(2)) : resolve(folder, location)
}
