import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isFolder } from './member-path.js'
import { folderName, tableFolders } from './table-folders.js'

it('gives every table a folder of its own that any file system and every path takes', () => {
  const id = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-composite', maxLength: 200 }), fc.stringMatching(/^[aA.~2%_]{0,5}$/), fc.constantFrom('con', 'Aux.x', '..', ''))
  fc.assert(fc.property(fc.uniqueArray(id, { maxLength: 30 }), (ids) => {
    const folders = tableFolders(ids)
    const all = ids.map((each) => folders[each]!)
    for (const folder of all) {
      expect(isFolder(folder)).toBe(true)
      expect(folder).not.toMatch(/\.$/)
      expect(folder).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
    }
    expect(new Set(all.map((folder) => folder.toLowerCase())).size).toBe(ids.length)
    expect(tableFolders(ids)).toEqual(folders)
  }), { numRuns: 500 })
})

it.each([
  ['users', 'users'], ['audit.users', 'audit.users'], ['a/b', 'a%2Fb'], ['.hidden', '%2Ehidden'], ['..', '%2E%2E'], ['end.', 'end%2E'],
  ['ü', '%C3%BC'], ['50%', '50%25'], ['a~2', 'a%7E2'], ['CON', '%43ON'], ['console', 'console'], ['', '_'], ['x'.repeat(100), 'x'.repeat(80)],
  ['ü'.repeat(14), '%C3%BC'.repeat(13)], ['.'.repeat(100), '%2E'],
])('writes %j as %j', (text, folder) => {
  expect(folderName(text)).toBe(folder)
})

it('numbers the folders of tables that only case or length tells apart', () => {
  const long = 'x'.repeat(90)
  expect(tableFolders(['Users', 'users', 'USERS', 'users~2', long, `${long}y`])).toEqual({
    Users: 'Users', users: 'users~2', USERS: 'USERS~3', 'users~2': 'users%7E2', [long]: 'x'.repeat(80), [`${long}y`]: `${'x'.repeat(78)}~2`,
  })
})
