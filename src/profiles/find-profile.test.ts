import { expect, test } from 'vitest'
import { findProfile } from './find-profile.js'
import { LOOM } from './loom.js'
import { parseConfig } from './parse-config.js'
import { profileOption } from './profile-option.js'
import { resolveStore } from './resolve-store.js'

const config = (text: string): ReturnType<typeof parseConfig> => parseConfig(text, '/app/holdall.yaml', '/app', {})

test('a store uses a built-in profile by its name alone', () => {
  expect(resolveStore(config('stores: { live: { url: postgres://h/d, profile: loom } }'), 'live').profile).toBe(LOOM)
})

test('one of that name in the file goes before', () => {
  const own = config('profiles: { loom: { groups: { all: [x] } } }\nstores: { live: { url: postgres://h/d, profile: loom } }')
  expect(resolveStore(own, 'live').profile.groups).toEqual({ all: ['x'] })
  expect(findProfile(own, 'loom').groups).toEqual({ all: ['x'] })
})

test('the one that is named goes before the one of the store', () => {
  const two = config('profiles: { shop: { leaveAlone: [x] } }\nstores: { live: { url: postgres://h/d, profile: shop } }')
  expect(resolveStore(two, 'live').profile.name).toBe('shop')
  expect(resolveStore(two, 'live', 'loom').profile).toBe(LOOM)
  expect(resolveStore(two, 'postgres://h/d', 'shop').profile.name).toBe('shop')
})

test('one that is not there is named with those that are near, and stores with theirs', () => {
  expect(() => findProfile(config(''), 'lom')).toThrow(expect.objectContaining({ code: 'PROFILE_NOT_FOUND', message: 'no profile is named lom', hint: 'Did you mean loom?' }) as Error)
  expect(() => findProfile(config('profiles: { shop: {} }'), 'toString')).toThrow(expect.objectContaining({ code: 'PROFILE_NOT_FOUND', hint: 'There are shop, loom.' }) as Error)
  expect(() => config('stores: { live: { url: x, profile: loon } }')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', hint: 'Did you mean loom?' }) as Error)
})

test('the built-in profile is one that the library takes', () => {
  expect(profileOption(LOOM)).toBeNull()
  expect(Object.values(LOOM.groups).flat()).toHaveLength(30)
  expect(Object.keys(LOOM.timeColumns).sort()).toEqual(Object.values(LOOM.groups).flat().sort())
})
