import { EXIT } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { openState } from '../../jobs/open-state.js'
import { openApiKeys, type ApiKey, type ApiKeys } from '../../server/auth/api-keys.js'
import { ROLES } from '../../server/auth/role.js'
import { defineCommand, type Outcome, type Values } from '../command.js'
import { valueOption } from '../options/option.js'
import { parseChoice } from '../options/parse-choice.js'
import { parseDuration } from '../options/parse-duration.js'
import { STATE } from '../options/server-options.js'
import { keyFields, keyJson, keysText } from '../reports/key-report.js'
import { requireValue } from '../require-value.js'
import { serverConfig } from '../server-config.js'

const ACTIONS = ['create', 'list', 'revoke'] as const

const OPTIONS = {
  name: valueOption({ name: 'name', value: 'NAME', means: 'for create: who the key is for; history and audit name them so', parse: (text) => text }),
  role: valueOption({ name: 'role', value: 'ROLE', means: 'for create: viewer (look), operator (also stop their own jobs) or admin (also export, import, and see who did what)', parse: parseChoice(ROLES) }),
  expires: valueOption({ name: 'expires', value: 'DURATION', means: 'for create: how long the key is good: 12h, 30d, 52w', otherwise: 'until it is revoked', parse: parseDuration }),
  state: STATE,
}

export const KEYS = defineCommand({
  name: 'keys',
  summary: 'make, list and revoke the API keys of the server',
  description:
    'create makes a key and prints it, this once: only a hash of it is kept. list shows all keys without what is secret. revoke ends one at once, also for a server that runs.',
  args: [
    { name: 'action', means: 'create, list or revoke', required: true },
    { name: 'id', means: 'for revoke: the id of the key, as list shows it', required: false },
  ],
  options: OPTIONS,
  examples: [
    { does: 'a key that may do everything, for a month', command: 'holdall keys create --name ops --role admin --expires 30d' },
    { does: 'all keys', command: 'holdall keys list' },
    { does: 'one of them is no longer good', command: 'holdall keys revoke 5f3a9c01d2e4' },
  ],
  exits: [EXIT.notFound, EXIT.storage],
  results: [
    { when: 'of create', fields: [{ path: 'token', type: 'string', means: 'the key itself; it is shown this once' }, ...keyFields('key.')] },
    { when: 'of list', fields: keyFields('keys[].') },
    { when: 'of revoke', fields: keyFields('key.') },
  ],
  run: async ({ host, globals, values, args: [action = '', id] }) => {
    const chosen = ACTIONS.find((each) => each === action)
    if (chosen === undefined) throw new HoldallError('USAGE', { message: `there is no \`holdall keys ${action}\``, hint: `It is one of ${ACTIONS.join(', ')}.` })
    if (chosen === 'revoke' ? id === undefined : id !== undefined) {
      throw new HoldallError('USAGE', { message: chosen === 'revoke' ? 'the id of the key is missing' : `${chosen} takes no id`, hint: 'See `holdall keys list`.' })
    }
    const { settings } = await serverConfig(host, globals.config, values.state)
    const state = openState(settings.stateFile)
    try {
      return act[chosen](openApiKeys(state), values, id ?? '')
    } finally {
      state.close()
    }
  },
})

const act: Readonly<Record<(typeof ACTIONS)[number], (keys: ApiKeys, values: Values<typeof OPTIONS>, id: string) => Outcome>> = {
  create: (keys, values) => {
    const name = requireValue(OPTIONS.name, values.name, 'keys')
    const role = requireValue(OPTIONS.role, values.role, 'keys')
    const { key, token } = keys.create({ name, role, expires: values.expires === undefined ? null : new Date(Date.now() + values.expires) })
    return { ...answer({ token, key: keyJson(key) }), text: () => `${token}\n`, notes: [`this is the key ${key.id} of ${name}; it is shown this once`] }
  },
  list: (keys) => {
    const all = keys.list()
    return { ...answer({ keys: all.map(keyJson) }), text: (style) => keysText(all, style) }
  },
  revoke: (keys, _values, id) => {
    const key: ApiKey = keys.revoke(id)
    return { ...answer({ key: keyJson(key) }), text: () => `the key ${key.id} of ${key.name} is revoked\n` }
  },
}

function answer(json: Outcome['json']): Outcome {
  return { kind: 'answer', json: { message_type: 'result', command: 'keys', ...json }, text: () => '', to: 'stdout', exitCode: EXIT.done, failure: null, notes: [] }
}
