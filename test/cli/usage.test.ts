import { expect, test } from 'vitest'
import { testFolder } from './folder.js'
import { holdall } from './holdall.js'

test.each([
  ['export', '--output is missing'],
  ['export -o x.tar.gz', '--store is missing'],
  ['export extra -o x.tar.gz', '1 argument was given where none is taken'],
  ['export -s a.db --output=', '--output: the name of the file is empty'],
  ['export -s a.db -o x --compression-level 10', '--compression-level: "10" is not a whole number from 1 to 9'],
  ['export -s a.db -o x --format zip', '--format: "zip" is not one of archive, json, json-pretty'],
  ['export -s a.db -o x --since yesterday', '--since: "yesterday" is not a time'],
  ['export -s a.db -o x --since 2026-02-02 --until 2026-02-01', '--since (2026-02-02T00:00:00.000Z) is not before --until (2026-02-01T00:00:00.000Z)'],
  ['export -s a.db -o x --where orders', '--where: "orders" is not of the form TABLE=CONDITION'],
  ['import', 'archive is missing'],
  ['import x.tar.gz', '--store is missing'],
  ['import x.tar.gz -s a.db --create --strategy replace', '--create and --strategy replace exclude each other'],
  ['import x.tar.gz -s a.db --dry-run --validate-only', '--dry-run and --validate-only exclude each other'],
  ['import x.tar.gz -s a.db --strategy merg', '--strategy: "merg" is not one of merge, skip, replace, fail-on-conflict'],
  ['import x.tar.gz -s a.db --lock-timeout 10', '--lock-timeout: "10" is not a duration'],
  ['import x.tar.gz -s a.db --convert drop', '--convert: "drop" is not one of drop-nul'],
  ['import x.tar.gz -s a.db --show many', '--show: "many" is not a whole number'],
  ['inspect', 'neither an archive nor --store is given'],
  ['inspect x.tar.gz --store a.db', 'an archive and --store exclude each other'],
  ['verify', 'archive is missing'],
])('holdall %s', async (line, message) => {
  const { code, out, err } = await holdall(line.split(' '), { cwd: testFolder() })
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(`error: ${message}`)
  expect(err).toContain('[USAGE]')
})

test.each([
  ['export -s a.db -o -', 'an archive is not for a terminal'],
  ['import - -s a.db', 'nothing is piped into standard input'],
  ['verify -', 'nothing is piped into standard input'],
])('holdall %s on a terminal', async (line, message) => {
  const { code, err } = await holdall(line.split(' '), { cwd: testFolder(), terminal: true, env: { NO_COLOR: '1' } })
  expect(code).toBe(2)
  expect(err).toContain(message)
})

test('inspect of an archive does not mind that a variable names a store', async () => {
  const { code, err } = await holdall(['inspect', 'none.tar.gz'], { cwd: testFolder(), env: { HOLDALL_STORE: 'a.db' } })
  expect(code).toBe(10)
  expect(err).toContain('[ARCHIVE_NOT_FOUND]')
})
