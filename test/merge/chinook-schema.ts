import type { MergeColumn, MergeMatch, MergeSchema, MergeTable } from './merge-schema.js'

/** Columns as `Name:kind`, `?` where NULL may stand; references as `Column>Table`. */
const TABLES: readonly (readonly [name: string, key: string, columns: string, references: string, identity: string])[] = [
  ['Artist', 'ArtistId', 'ArtistId:surrogate Name:text?', '', 'Name'],
  ['Genre', 'GenreId', 'GenreId:surrogate Name:text?', '', 'Name'],
  ['MediaType', 'MediaTypeId', 'MediaTypeId:surrogate Name:text?', '', 'Name'],
  ['Employee', 'EmployeeId', 'EmployeeId:surrogate LastName:text FirstName:text Title:text? ReportsTo:integer? BirthDate:time? HireDate:time? Address:text? City:text? State:text? Country:text? PostalCode:text? Phone:text? Fax:text? Email:text?', 'ReportsTo>Employee', 'Email'],
  ['Customer', 'CustomerId', 'CustomerId:surrogate FirstName:text LastName:text Company:text? Address:text? City:text? State:text? Country:text? PostalCode:text? Phone:text? Fax:text? Email:text SupportRepId:integer?', 'SupportRepId>Employee', 'Email'],
  ['Album', 'AlbumId', 'AlbumId:surrogate Title:text ArtistId:integer', 'ArtistId>Artist', 'Title ArtistId'],
  ['Track', 'TrackId', 'TrackId:surrogate Name:text AlbumId:integer? MediaTypeId:integer GenreId:integer? Composer:text? Milliseconds:integer Bytes:integer? UnitPrice:integer', 'AlbumId>Album GenreId>Genre MediaTypeId>MediaType', 'Name AlbumId Milliseconds'],
  ['Invoice', 'InvoiceId', 'InvoiceId:surrogate CustomerId:integer InvoiceDate:time BillingAddress:text? BillingCity:text? BillingState:text? BillingCountry:text? BillingPostalCode:text? Total:integer', 'CustomerId>Customer', 'CustomerId InvoiceDate'],
  ['InvoiceLine', 'InvoiceLineId', 'InvoiceLineId:surrogate InvoiceId:integer TrackId:integer UnitPrice:integer Quantity:integer', 'InvoiceId>Invoice TrackId>Track', 'InvoiceId TrackId'],
  ['Playlist', 'PlaylistId', 'PlaylistId:surrogate Name:text?', '', 'Name'],
  ['PlaylistTrack', 'PlaylistId TrackId', 'PlaylistId:integer TrackId:integer', 'PlaylistId>Playlist TrackId>Track', ''],
]

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

const LABELS: Readonly<Record<string, string>> = { Artist: 'Name', Genre: 'Name', MediaType: 'Name', Album: 'Title', Track: 'Name', Playlist: 'Name', Customer: 'Email', Employee: 'Email' }

/** Chinook as the oracle sees it, under the names it has in SQLite or, by `named`, elsewhere. */
export function chinookSchema(named: (name: string) => string = (name) => name): { schema: MergeSchema; match: MergeMatch } {
  const tables = TABLES.map(([name, key, columns, references]): MergeTable => ({
    name: named(name),
    columns: words(columns).map((word): MergeColumn => {
      const [column = '', kind = ''] = word.split(':')
      return { name: named(column), kind: kind.replace('?', '') as MergeColumn['kind'], nullable: kind.endsWith('?') }
    }),
    primaryKey: words(key).map(named),
    uniques: [],
    references: words(references).map((word) => {
      const [column = '', table = ''] = word.split('>')
      return { columns: [named(column)], table: named(table), targetColumns: [named(`${table}Id`)], deferrable: false }
    }),
    timeColumn: null,
    labelColumn: LABELS[name] === undefined ? null : named(LABELS[name]),
  }))
  const match = Object.fromEntries(TABLES.filter(([, , , , identity]) => identity !== '').map(([name, , , , identity]) => [named(name), [words(identity).map(named)]]))
  return { schema: { tables }, match }
}

/** `InvoiceLineId` as PostgreSQL's Chinook spells it. */
export const snakeCase = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()

/** How far each table's ids are moved: not so far that they do not meet the archive's. */
const OFFSETS: Readonly<Record<string, number>> = { Artist: 100, Genre: 3, MediaType: 1, Employee: 2, Customer: 20, Album: 57, Track: 1001, Invoice: 9, InvoiceLine: 800, Playlist: 5 }

/** Playlists come in twins of one name; here each has its own. */
export const TWINS_APART = "UPDATE Playlist SET Name = Name || ' again' WHERE PlaylistId IN (6, 7, 8, 10)"

/** Makes another Chinook of it: every id moved, and a third of the rows edited, deleted or added. References are not enforced meanwhile. */
export function anotherChinook(): string[] {
  const moved = TABLES.flatMap(([table, key, , references]) => {
    const columns = [...(table === 'PlaylistTrack' ? [] : [[key, table] as const]), ...words(references).map((word) => word.split('>') as [string, string])]
    const sets = columns.map(([column, of]) => `${column} = -(${column} + ${OFFSETS[of]})`)
    // A key is unique at every moment of a statement: there and back through numbers that nobody has.
    return [`UPDATE ${table} SET ${sets.join(', ')}`, `UPDATE ${table} SET ${columns.map(([column]) => `${column} = -${column}`).join(', ')}`]
  })
  const deleted = [
    'DELETE FROM Album WHERE AlbumId % 9 = 1', 'DELETE FROM Customer WHERE CustomerId % 9 = 1', 'DELETE FROM Employee WHERE EmployeeId = 10',
    'DELETE FROM Track WHERE TrackId % 27 = 1 OR AlbumId NOT IN (SELECT AlbumId FROM Album)',
    'DELETE FROM Invoice WHERE CustomerId NOT IN (SELECT CustomerId FROM Customer)',
    'DELETE FROM InvoiceLine WHERE InvoiceLineId % 27 = 1 OR InvoiceId NOT IN (SELECT InvoiceId FROM Invoice) OR TrackId NOT IN (SELECT TrackId FROM Track)',
    'DELETE FROM Artist WHERE ArtistId % 9 = 1 AND ArtistId NOT IN (SELECT ArtistId FROM Album)',
    'DELETE FROM PlaylistTrack WHERE (PlaylistId + TrackId) % 27 = 1 OR TrackId NOT IN (SELECT TrackId FROM Track)',
  ]
  const edited = [
    "UPDATE Track SET Composer = 'Somebody else', Bytes = NULL WHERE TrackId % 9 = 0", 'UPDATE Track SET GenreId = 4, UnitPrice = 1.5 WHERE TrackId % 9 = 4',
    "UPDATE Customer SET Phone = NULL, City = 'Elsewhere', SupportRepId = 5 WHERE CustomerId % 9 = 0", "UPDATE Employee SET Title = 'Head of ' || Title, ReportsTo = 3 WHERE EmployeeId % 3 = 0",
    'UPDATE Invoice SET Total = Total + 1 WHERE InvoiceId % 9 = 0', 'UPDATE InvoiceLine SET Quantity = Quantity + 1 WHERE InvoiceLineId % 9 = 0',
  ]
  const added = [
    "INSERT INTO Artist SELECT ArtistId + 20000, Name || ' (local)' FROM Artist WHERE ArtistId % 9 = 2 AND length(Name) < 100",
    "INSERT INTO Album SELECT AlbumId + 20000, Title || ' (local)', ArtistId FROM Album WHERE AlbumId % 9 = 2 AND length(Title) < 100",
    "INSERT INTO Track SELECT TrackId + 20000, Name || ' (local)', AlbumId, MediaTypeId, GenreId, Composer, Milliseconds, Bytes, UnitPrice FROM Track WHERE TrackId % 9 = 2 AND length(Name) < 100",
    "INSERT INTO InvoiceLine SELECT InvoiceLineId + 20000, InvoiceId, TrackId + 20000, UnitPrice, Quantity FROM InvoiceLine WHERE TrackId IN (SELECT TrackId - 20000 FROM Track WHERE TrackId > 20000)",
    "INSERT INTO PlaylistTrack SELECT PlaylistId, TrackId + 20000 FROM PlaylistTrack WHERE TrackId IN (SELECT TrackId - 20000 FROM Track WHERE TrackId > 20000)",
    "INSERT INTO Playlist VALUES (1, 'Local list')", 'INSERT INTO PlaylistTrack SELECT 1, TrackId FROM Track WHERE TrackId % 9 = 5',
  ]
  return [...moved, ...deleted, ...edited, ...added]
}
