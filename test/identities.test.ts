import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inspectStore } from '../src/index.js'
import { createDatabase } from './postgres/database.js'

const CHINOOK = resolve(import.meta.dirname, '../../shared/data')
const SQLITE = join(CHINOOK, 'chinook.sqlite')
const POSTGRESQL = join(CHINOOK, 'chinook-postgres.sql')
const there = existsSync(SQLITE) && existsSync(POSTGRESQL)
if (!there) console.warn(`Chinook is not at ${CHINOOK}: its tests are skipped`)

async function identities(store: string): Promise<Record<string, string>> {
  const summary = await inspectStore({ store })
  return Object.fromEntries(summary.identities.map(({ table, rules, surrogates }) => [table, `${rules.map(({ columns }) => columns.join()).join(' else ')} | ${surrogates.join()}`]))
}

describe.skipIf(!there)('Chinook has numbers and no natural keys but its junction', () => {
  test('in SQLite', async () => {
    expect(await identities(SQLITE)).toEqual({
      Album: 'AlbumId | ', Artist: 'ArtistId | ', Customer: 'CustomerId | ', Employee: 'EmployeeId | ', Genre: 'GenreId | ', Invoice: 'InvoiceId | ',
      InvoiceLine: 'InvoiceLineId | ', MediaType: 'MediaTypeId | ', Playlist: 'PlaylistId | ', PlaylistTrack: 'PlaylistId,TrackId | ', Track: 'TrackId | ',
    })
  })

  test('in PostgreSQL', async () => {
    const database = await createDatabase()
    await database.run(readFileSync(POSTGRESQL, 'utf8').replace(/^(?:DROP|CREATE) DATABASE.*$|^\\c .*$/gm, ''))
    expect(await identities(database.url)).toEqual({
      album: 'album_id | ', artist: 'artist_id | ', customer: 'customer_id | ', employee: 'employee_id | ', genre: 'genre_id | ', invoice: 'invoice_id | ',
      invoice_line: 'invoice_line_id | ', media_type: 'media_type_id | ', playlist: 'playlist_id | ', playlist_track: 'playlist_id,track_id | ', track: 'track_id | ',
    })
  })

  test('a match makes natural keys, and numbers of its primary keys', async () => {
    const summary = await inspectStore({ store: SQLITE, match: { Artist: [['Name']], InvoiceLine: [['InvoiceId', 'TrackId']] } })
    expect(summary.identities.filter(({ rules }) => rules[0]?.origin === 'declared').map(({ table, surrogates }) => [table, ...surrogates])).toEqual([
      ['Artist', 'ArtistId'],
      ['InvoiceLine', 'InvoiceLineId'],
    ])
  })
})
