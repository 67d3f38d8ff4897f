import { expect, test } from 'vitest'
import { testFolder } from './folder.js'
import { holdall } from './holdall.js'

test.each([
  ['export', '--store is missing'],
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
  ['import x.tar.gz -s a.db --strategy merg', '--strategy: "merg" is not one of merge, skip, replace, fail-on-conflict, keep-newer, keep-older, keep-both, three-way'],
  ['import x.tar.gz -s a.db --create --on-conflict users=three-way', '--create and --on-conflict three-way exclude each other: new tables hold nothing to compare with'],
  ['import x.tar.gz -s a.db --create --prune', '--create and --prune exclude each other'],
  ['import x.tar.gz -s a.db --create --resolutions c.jsonl', '--create and --resolutions exclude each other'],
  ['import x.tar.gz -s a.db --on-conflict users', '--on-conflict: "users" is not of the form TABLE=STRATEGY'],
  ['import x.tar.gz -s a.db --on-conflict users=newest', '--on-conflict: "newest" is not one of merge'],
  ['import x.tar.gz -s a.db --on-conflict users=skip --on-conflict users=merge', '--on-conflict: table users is given twice'],
  ['import x.tar.gz -s a.db --match users', '--match: "users" is not of the form TABLE=COLUMNS'],
  ['import x.tar.gz -s a.db --base b.tar.gz', '--base is for --strategy three-way'],
  ['import x.tar.gz -s a.db --rejects r.tar.gz', '--rejects needs --on-error reject or --on-unresolved skip'],
  ['import x.tar.gz -s a.db --on-error ignore', '--on-error: "ignore" is not one of abort, reject'],
  ['import x.tar.gz -s a.db --on-unresolved drop', '--on-unresolved: "drop" is not one of fail, null, skip, keep'],
  ['import x.tar.gz -s a.db --conflicts -', '--conflicts must be a file, not a stream'],
  ['import x.tar.gz -s a.db --conflicts c.jsonl --resolutions ./c.jsonl', '--conflicts and --resolutions name one file'],
  ['import x.tar.gz -s a.db --on-error reject --rejects c --conflicts c', '--rejects and --conflicts name one file'],
  ['import x.tar.gz -s a.db --conflicts x.tar.gz', 'the output '],
  ['import x.tar.gz -s a.db --conflicts=', '--conflicts: the name of the file is empty'],
  ['import x.tar.gz -s a.db --lock-timeout 10', '--lock-timeout: "10" is not a duration'],
  ['import x.tar.gz -s a.db --convert drop', '--convert: "drop" is not one of drop-nul'],
  ['import x.tar.gz -s a.db --show many', '--show: "many" is not a whole number'],
  ['inspect', 'neither an archive nor --store is given'],
  ['inspect x.tar.gz --store a.db', 'an archive and --store exclude each other'],
  ['inspect x.tar.gz --match users=email', '--match needs --store: it is about the rows of a database'],
  ['inspect -s a.db --match users', '--match: "users" is not of the form TABLE=COLUMNS'],
  ['verify', 'archive is missing'],
])('holdall %s', async (line, message) => {
  const { code, out, err } = await holdall(line.split(' '), { cwd: testFolder() })
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(`error: ${message}`)
  expect(err).toContain('[USAGE]')
})

test.each([
  ['export -s a.db -o -', 'an archive is not for a terminal'],
  ['export -s a.db --format archive', 'an archive is not for a terminal'],
  ['export -s a.db --compress', 'what is compressed is not for a terminal'],
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
