import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { HoldallError } from '../errors/holdall-error.js'
import { loadConfig } from './load-config.js'
import { emptyProfile } from './profile.js'
import { resolveStore } from './resolve-store.js'
import { DEFAULT_SERVER } from './server-settings.js'

async function folder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'holdall-config-')))
  onTestFinished(async () => rm(path, { recursive: true, force: true }))
  return path
}

async function load(text: string | Buffer, env: NodeJS.ProcessEnv = {}): Promise<Awaited<ReturnType<typeof loadConfig>>> {
  const cwd = await folder()
  await writeFile(join(cwd, 'holdall.yaml'), text)
  return loadConfig({ cwd, env: { HOME: '/nobody', ...env } })
}

async function failure(loading: Promise<unknown>): Promise<HoldallError> {
  const error: unknown = await loading.then(
    () => new Error('it was loaded'),
    (reason: unknown) => reason,
  )
  if (!HoldallError.is(error)) throw error
  expect(error.code).toBe('CONFIG_INVALID')
  return error
}

const FULL = `
# Everything there is.
stores:
  here: data/app.db
  live:
    url: postgres://app:\${DB_PASSWORD}@db.example/app
    profile: shop
profiles:
  shop:
    groups:
      core: [customers, 'order*']
      2024: [1, "2"]
    timeColumns: { orders: changed }
    leaveOut:
      customers: [password_hash]
`

test('stores and profiles are read', async () => {
  const config = await load(FULL, { DB_PASSWORD: 'geheim' })
  expect(config.profiles['shop']).toEqual({
    ...emptyProfile,
    name: 'shop',
    groups: { core: ['customers', 'order*'], 2024: ['1', '2'] },
    timeColumns: { orders: 'changed' },
    leaveOut: { customers: ['password_hash'] },
  })
  expect(resolveStore(config, 'live')).toEqual({ location: 'postgres://app:geheim@db.example/app', profile: config.profiles['shop'], name: 'live' })
  expect(resolveStore(config, 'here')).toMatchObject({ location: join(config.cwd, 'data/app.db'), name: 'here', profile: { name: null, groups: {} } })
  expect(Object.isFrozen(config) && Object.isFrozen(config.profiles['shop']) && Object.isFrozen(config.stores)).toBe(true)
})

test('the examples of the guide are read', async () => {
  const guide = await readFile(new URL('../../docs/guides/configuration.md', import.meta.url), 'utf8')
  const examples = [...guide.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1] ?? '')
  expect(examples.length).toBeGreaterThanOrEqual(2)
  const [first, second] = await Promise.all(examples.map(async (example) => load(example, { DB_PASSWORD: 'geheim' })))
  expect(first?.profiles['shop']?.identities).toEqual({ customers: [['email']], pages: [['project_id', 'path'], ['slug']] })
  expect(first?.profiles['shop']?.references['notes']).toHaveLength(3)
  expect(first?.profiles['shop']?.labelColumns).toEqual({ pages: 'title' })
  expect(second?.profiles['shop']?.references['projects']?.map(({ place }) => place)).toEqual([{ kind: 'inside', path: ['*'] }, { kind: 'inside', path: ['team', 'lead', 'id'] }])
})

test.each(['', '# nothing\n', '---\n', 'stores:\nprofiles:\n', '{}', 'profiles: {shop: }\n', 'profiles: {shop: {groups: , leaveOut: }}'])('%j is a configuration too', async (text) => {
  expect(await load(text)).toMatchObject({ stores: {} })
})

test('names that objects of JavaScript have are only names', async () => {
  const config = await load('stores: {__proto__: a.db, constructor: b.db}\nprofiles: {toString: {leaveOut: {__proto__: [x]}}}')
  expect(Object.keys(config.stores)).toEqual(['__proto__', 'constructor'])
  expect(resolveStore(config, '__proto__').location).toBe(join(config.cwd, 'a.db'))
  expect(config.profiles['toString']?.leaveOut['__proto__']).toEqual(['x'])
  expect(config.profiles['shop']).toBeUndefined()
  expect(config.profiles['toString']?.leaveOut['constructor']).toBeUndefined()
})

test.each<[string, string, string, RegExp | string]>([
  ['an unknown key', 'stor: {}\n', '1:1', 'unknown key stor'],
  ['an unknown key of a profile', 'profiles:\n  shop:\n    groupz: {}\n', '3:5', 'profile shop has an unknown key groupz'],
  ['an unknown key of a store', 'stores:\n  a: {ulr: x}\n', '2:7', 'store a has an unknown key ulr'],
  ['a list at the top', '- a\n', '1:1', 'the file is not a mapping'],
  ['a text at the top', 'hello\n', '1:1', 'the file is not a mapping'],
  ['stores as a list', 'stores:\n  - a.db\n', '2:3', 'stores is not a mapping'],
  ['a store without location', 'stores:\n  a:\n', '2:3', 'store a has no location'],
  ['a store without url', 'stores:\n  a: {profile: b}\n', '2:3', 'store a has no url'],
  ['a store that is true', 'stores:\n  a: true\n', '2:6', 'the location of store a is not a text'],
  ['an empty location', 'stores:\n  a: ""\n', '2:6', 'not a text, or is empty'],
  ['a store that is a list', 'stores:\n  a: [b]\n', '2:6', 'store a is not a mapping'],
  ['an unknown profile', 'stores:\n  a: {url: a.db, profile: shpo}\nprofiles: {shop: }\n', '2:27', 'uses profile shpo'],
  ['a group that is a text', 'profiles:\n  a:\n    groups: {core: users}\n', '3:20', 'groups.core is not a list'],
  ['a group with a mapping in it', 'profiles:\n  a:\n    groups: {core: [{a: b}]}\n', '3:21', 'an entry of groups.core is not a text'],
  ['a group with nothing in it', 'profiles:\n  a:\n    groups:\n      core:\n        - a\n        -\n', '1:1', 'an entry of groups.core'],
  ['a reserved group', 'profiles:\n  a:\n    groups:\n      export_end: [b]\n', '4:7', 'no group may be named export_end'],
  ['a time column that is a list', 'profiles:\n  a:\n    timeColumns: {t: [a]}\n', '3:22', 'timeColumns.t is not a text'],
  ['a key twice', 'stores:\n  a: x.db\n  a: y.db\n', '3:3', 'map keys must be unique'],
  ['a key twice, spelled otherwise', 'stores:\n  1: x.db\n  "1": y.db\n', '3:3', 'names 1 twice'],
  ['a list as a key', 'stores:\n  ? [a]\n  : b\n', '2:5', 'a name in stores is not a text'],
  ['a tab', 'stores:\n\ta: x\n', '2:1', /tab/i],
  ['an open quote', 'stores:\n  a: "x\n', '3:1', /quote/i],
  ['an alias without anchor', 'stores:\n  a: *b\n', '2:6', /alias/i],
  ['an unknown tag', 'stores:\n  a: !secret x\n', '2:6', /tag/i],
  ['two documents', 'stores: {}\n---\nstores: {}\n', '2:1', /document/i],
  ['a variable that is not closed', 'stores:\n  a: "postgres://${X/y"\n', '2:6', 'has a ${ that is no variable'],
])('%s is named by file, line and column', async (_, text, at, problem) => {
  const { message } = await failure(load(text))
  expect(message).toMatch(/^\/.*holdall\.yaml:\d+:\d+: /)
  expect(message).toContain(`holdall.yaml:${at}: `)
  expect(message).toMatch(typeof problem === 'string' ? new RegExp(problem.replace(/[${}.*]/g, '\\$&')) : problem)
})

test('near names are offered', async () => {
  expect((await failure(load('profiles:\n  shop: {timeColums: {}}\n'))).hint).toBe('Did you mean timeColumns?')
  expect((await failure(load('stores: {a: {url: b, profile: shpo}}\nprofiles: {shop: {}}'))).hint).toBe('Did you mean shop?')
  expect((await failure(load('xyz: 1'))).hint).toContain('stores, profiles')
})

test('anchors and aliases may be used', async () => {
  const config = await load('profiles:\n  a: &a {groups: {core: &core [x]}}\n  b: *a\n  c: {groups: {other: *core}}\n')
  expect(config.profiles['b']).toEqual({ ...emptyProfile, name: 'b', groups: { core: ['x'] } })
  expect(config.profiles['c']?.groups).toEqual({ other: ['x'] })
})

test('variables come from the environment, and paths are relative to the file', async () => {
  const text = `stores:
  plain: $FOLDER/app.db
  braces: "\${FOLDER}x.db"
  absolute: \${ROOT:-/srv}/app.db
  empty: \${EMPTY:-other.db}
  dollar: postgres://u:a$$b@h/d
  lone: postgres://u:a$@h/d
  sqlite: sqlite:data/a b.db
  relative: sqlite://data/a.db
  rooted: sqlite:///data/a.db
  home: ~/app.db
  twice: $SELF
`
  const config = await load(text, { FOLDER: 'data', EMPTY: '', HOME: '/home/me', SELF: '$SELF' })
  const { cwd } = config
  const location = (name: string): string => resolveStore(config, name).location
  expect(location('plain')).toBe(`${cwd}/data/app.db`)
  expect(location('braces')).toBe(`${cwd}/datax.db`)
  expect(location('absolute')).toBe('/srv/app.db')
  expect(location('empty')).toBe(`${cwd}/other.db`)
  expect(location('dollar')).toBe('postgres://u:a$b@h/d')
  expect(location('lone')).toBe('postgres://u:a$@h/d')
  expect(location('sqlite')).toBe(`sqlite:${cwd}/data/a b.db`)
  expect(location('relative')).toBe(`sqlite:${cwd}/data/a.db`)
  expect(location('rooted')).toBe('sqlite:///data/a.db')
  expect(location('home')).toBe('/home/me/app.db')
  expect(location('twice')).toBe(`${cwd}/$SELF`)
})

test('a variable that is not set makes that store unusable, and names variable and place', async () => {
  const config = await load('stores:\n  here: a.db\n  live: postgres://app:geheim@$DB_HOST/app\n  none: $NOTHING\n', { NOTHING: '' })
  expect(resolveStore(config, 'here').name).toBe('here')
  const attempt = (name: string): HoldallError => {
    try {
      resolveStore(config, name)
    } catch (error) {
      if (HoldallError.is(error)) return error
    }
    throw new Error('it was resolved')
  }
  expect(attempt('live')).toMatchObject({ code: 'CONFIG_INVALID', message: `${config.file ?? ''}:3:9: store live needs the environment variable DB_HOST, which is not set` })
  expect(attempt('none').message).toContain(':4:9: the location of store none is empty')
})

test('no message holds a value of the file or of the environment', async () => {
  const texts = [
    'stores:\n  a: "postgres://u:geheim@h/d\n',
    'stores:\n  a: postgres://u:geheim@h/d: x\n',
    'stores:\n  a: [postgres://u:geheim@h/d]\n',
    'stores:\n  a: {url: postgres://u:geheim@h/d, profile: x}\n',
    'stores:\n  a: {url: [postgres://u:geheim@h/d]}\n',
    'stores:\n  a: "postgres://u:geheim${@h/d"\n',
    'stores:\n  a: postgres://u:geheim@h/d\n b: c\n',
    'postgres://u:geheim@h/d\n',
    'stores:\n  a: *geheim\n',
    '? {geheim: 1}\n: 2\n',
    'stores:\n  a: | geheim\n   x\n',
    'stores: {} geheim\n',
    'stores:\n  a: x\n  %geheim\n',
    'stores:\n  a: "\\geheim"\n',
    'stores: {a: postgres://u:${GEHEIM@h/d}\n',
  ]
  for (const text of texts) {
    const { message, hint, details, cause } = await failure(load(text, { GEHEIM: 'geheim' }))
    expect([message, hint, ...details].join(' ')).not.toContain('geheim')
    expect(cause).toBeUndefined()
  }
})

test('the nearest file is found, in this folder or above, up to the home folder', async () => {
  const root = await folder()
  const deep = join(root, 'home', 'project', 'src')
  await mkdir(deep, { recursive: true })
  const find = async (): Promise<string | null> => (await loadConfig({ cwd: deep, env: { HOME: join(root, 'home') } })).file
  await writeFile(join(root, 'holdall.yaml'), '')
  expect(await find()).toBeNull()
  await writeFile(join(root, 'home', 'holdall.yaml'), '')
  expect(await find()).toBe(join(root, 'home', 'holdall.yaml'))
  await writeFile(join(root, 'home', 'project', 'holdall.yml'), '')
  expect(await find()).toBe(join(root, 'home', 'project', 'holdall.yml'))
  await writeFile(join(root, 'home', 'project', 'holdall.yaml'), '')
  expect((await failure(find())).message).toContain('has both holdall.yaml and holdall.yml')
  expect((await loadConfig({ cwd: deep, path: '../../holdall.yaml', env: {} })).file).toBe(join(root, 'home', 'holdall.yaml'))
})

test('without a file the configuration is empty', async () => {
  const cwd = await folder()
  expect(await loadConfig({ cwd, env: { HOME: cwd } })).toEqual({ file: null, cwd, stores: {}, profiles: {}, store: null, servers: {}, server: { kind: 'ready', settings: DEFAULT_SERVER } })
})

test('what is no configuration file is refused', async () => {
  const cwd = await folder()
  const reading = async (path: string): Promise<string> => (await failure(loadConfig({ path, cwd, env: {} }))).message
  await writeFile(join(cwd, 'binary'), Buffer.from([1, 0, 2]))
  await writeFile(join(cwd, 'latin1'), Buffer.from([0x61, 0xe9]))
  await writeFile(join(cwd, 'large'), '#'.repeat((1 << 20) + 1))
  await symlink('nowhere', join(cwd, 'dangling'))
  expect(await reading('missing.yaml')).toBe(`${join(cwd, 'missing.yaml')}: there is no such file`)
  expect(await reading('binary/missing.yaml')).toContain('there is no such file')
  expect(await reading('dangling')).toContain('there is no such file')
  expect(await reading('.')).toContain('this is a folder')
  expect(await reading('binary')).toContain('this is not a text file')
  expect(await reading('latin1')).toContain('this is not a text file')
  expect(await reading('large')).toContain('larger than')
  expect(await reading('/dev/null')).toContain('not a regular file')
  await mkdir(join(cwd, 'holdall.yaml'))
  expect((await failure(loadConfig({ cwd, env: {} }))).message).toContain('this is a folder')
})

test('no text makes it fail otherwise', async () => {
  const piece = fc.constantFrom('stores', 'profiles', ':', ': ', '\n', '\n  ', '- ', '{', '}', '[', ']', ',', '"', "'", '&a ', '*a', '!x ', '? ', '|\n', '$', '${', 'groups', 'identities', 'references', 'columns', 'url', '<<', '#', '---\n', '%YAML 1.1\n', '\t', 'null', '1')
  const cwd = await folder()
  const path = join(cwd, 'holdall.yaml')
  const property = fc.asyncProperty(fc.oneof(fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')), fc.string({ maxLength: 40 })), async (text) => {
    await writeFile(path, text)
    await loadConfig({ cwd, path, env: {} }).catch((error: unknown) => {
      if (!HoldallError.is(error) || error.code !== 'CONFIG_INVALID') throw error
    })
  })
  await fc.assert(property, { numRuns: 500 })
})
