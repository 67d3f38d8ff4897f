import type { ProfileApplication } from './application.js'
import { frozenRecord } from './profile.js'

/** Loom's own words: its exports begin with them, and its server refuses another schema version. */
export const LOOM_APPLICATION: ProfileApplication = Object.freeze({
  version: '2.0.0',
  schemaVersion: '1.0',
  serverVersion: '2.0.0',
  databaseTypes: Object.freeze({ sqlite: 'sqlite', postgresql: 'postgres' }),
  spacedTimes: true,
  keyColumns: frozenRecord([
    ['providers', ['key_id']],
    ['credentials', ['key_id']],
  ]),
})
