/** Exit codes of the command; part of its contract, see docs/CLI.md. */
export const EXIT = Object.freeze({
  done: 0,
  error: 1,
  usage: 2,
  rejects: 3,
  conflict: 4,
  verification: 5,
  schema: 6,
  notFound: 10,
  locked: 11,
  wrongKey: 12,
  notPermitted: 13,
  storage: 14,
  interrupted: 130,
})

interface CatalogueEntry {
  /** What the code means, one sentence; docs/ERRORS.md is generated from it. */
  readonly means: string
  /** What to do when the failure itself knows nothing better. */
  readonly hint: string
  readonly exitCode: number
  /** HTTP status. */
  readonly status: number
}

const entry = (means: string, hint: string, exitCode: number, status: number): CatalogueEntry =>
  Object.freeze({ means, hint, exitCode, status })

/** Every failure a user can meet. A code is never reused for another meaning. */
export const CATALOGUE = Object.freeze({
  USAGE: entry('A flag, an argument or a setting is wrong.', 'See `holdall COMMAND --help`.', EXIT.usage, 400),
  CONFIG_INVALID: entry('holdall.yaml, or the key store, cannot be used.', 'Correct the file at the place named.', EXIT.usage, 400),
  RESOLUTIONS_INVALID: entry('The resolutions file cannot be used.', 'Correct the line named; docs/guides/merge.md tells what it may hold.', EXIT.usage, 400),
  CONFIRMATION_NEEDED: entry('The operation removes rows and was not confirmed.', 'Run it on a terminal, or pass --yes.', EXIT.usage, 409),
  STORE_NOT_FOUND: entry('There is no store at that path or URL.', 'Check the path, the URL or the name in holdall.yaml.', EXIT.notFound, 404),
  STORE_UNREADABLE: entry('The store is there and cannot be opened or read.', 'Check that it is a database of the kind named, whole, and not locked.', EXIT.storage, 503),
  STORE_LOCKED: entry('Another process holds the store.', 'Wait for it to finish, or raise --lock-timeout.', EXIT.locked, 423),
  STORE_NOT_PERMITTED: entry('The role may not do what the operation needs.', 'Use a role that owns the tables, or grant the right named.', EXIT.notPermitted, 403),
  STORE_FAILED: entry('The database refused a statement or broke off.', 'The database\'s own message says why.', EXIT.error, 502),
  TABLE_NOT_FOUND: entry('No table or group has that name.', 'See `holdall inspect --store` for the names there are.', EXIT.notFound, 400),
  COLUMN_NOT_FOUND: entry('No column has that name.', 'See `holdall inspect --store` for the columns there are.', EXIT.notFound, 404),
  PROFILE_NOT_FOUND: entry('No profile has that name.', 'Define it under profiles in holdall.yaml, or use a built-in one: loom.', EXIT.notFound, 404),
  PROJECT_NOT_FOUND: entry('Nothing in the database belongs to that project.', 'Check the id; it is compared as text, whole.', EXIT.notFound, 404),
  SELECTION_EMPTY: entry('Nothing is left to export after include and exclude.', 'Loosen --include or --exclude.', EXIT.usage, 400),
  VALUE_UNWRITABLE: entry('A value of the source cannot be written down without loss.', 'See docs/FORMAT.md, "What is refused".', EXIT.error, 422),
  ARCHIVE_NOT_FOUND: entry('There is no archive at that path.', 'Check the path.', EXIT.notFound, 404),
  ARCHIVE_NOT_ARCHIVE: entry('The file is not a Holdall archive.', 'Check the file; a JSON document is read with --format json.', EXIT.verification, 415),
  ARCHIVE_TRUNCATED: entry('The archive ends before its manifest: it is truncated.', 'Use another copy, or `holdall recover` to save what is whole.', EXIT.verification, 422),
  ARCHIVE_CORRUPT: entry('The archive does not match its own checksums or layout.', 'Use another copy, or `holdall recover` to save what is whole.', EXIT.verification, 422),
  ARCHIVE_HOSTILE: entry('The archive holds something no Holdall archive holds: a path outside, a link, a device, a bomb.', 'Do not trust where it came from.', EXIT.verification, 422),
  ARCHIVE_NEWER: entry('The archive was written by a newer format than this version reads.', 'Use a newer Holdall.', EXIT.verification, 422),
  DOCUMENT_INVALID: entry('The JSON document is damaged, or is none that can be read.', 'Check the place named; the layout is in docs/FORMAT.md.', EXIT.verification, 400),
  OUTPUT_EXISTS: entry('The output file exists.', 'Choose another name, or pass --overwrite.', EXIT.usage, 409),
  OUTPUT_FAILED: entry('The output could not be written; nothing was published.', 'Check space and rights of the folder.', EXIT.storage, 507),
  NOTHING_TO_RECOVER: entry('No whole chunk was found.', 'Use another copy.', EXIT.verification, 422),
  SCHEMA_DRIFT: entry('The archive and the target do not have the same tables or columns.', 'Migrate the target, or leave the part named out with --exclude.', EXIT.schema, 409),
  SCHEMA_VERSION: entry('The export was made by another version of the application, whose tables mean something else.', 'Bring both sides to the same version of the application, then export again.', EXIT.schema, 400),
  SCHEMA_UNSUPPORTED: entry('The target cannot be given this schema.', 'Create the tables with the application\'s own migrations, then import without --create.', EXIT.schema, 422),
  TARGET_NOT_EMPTY: entry('--create needs tables that are not there yet.', 'Import without --create, or into another database.', EXIT.conflict, 409),
  ROW_INVALID: entry('A row in the archive does not parse against its schema.', 'The archive was changed by hand or by another program.', EXIT.verification, 422),
  ROW_REFUSED: entry('The target cannot hold a value as it is.', 'Allow the conversion named with --convert, or leave the table out.', EXIT.schema, 422),
  CONFLICT: entry('A row is on both sides and the strategy forbids it.', 'Choose another --strategy.', EXIT.conflict, 409),
  AMBIGUOUS: entry('Several rows have one identity.', 'Resolve the duplicates named.', EXIT.conflict, 409),
  CONSTRAINT_VIOLATED: entry('A row breaks a constraint of the target.', 'The constraint and the row are named; nothing was imported.', EXIT.conflict, 500),
  REFERENCE_UNRESOLVED: entry('A row refers to a row that is neither in the archive nor in the target.', 'Include the table referred to, or import it first.', EXIT.conflict, 500),
  KEY_MISMATCH: entry('The export and the target have different key stores, so encrypted values could not be read.', 'Bring the key store of the source along, and name it with --key-store.', EXIT.wrongKey, 409),
  KEY_MISSING: entry('A row refers to a key that the key store does not hold.', 'Add the key to the key store, or leave the table out with --exclude.', EXIT.wrongKey, 409),
  VERIFICATION_FAILED: entry('What was read back is not what was written.', 'Nothing was published or committed; please report it.', EXIT.verification, 500),
  STORE_BUSY: entry('Another import into the store is running.', 'Wait until it has ended; the list of jobs shows it.', EXIT.locked, 409),
  JOB_NOT_FOUND: entry('There is no such job.', 'See the list of jobs for those there are.', EXIT.notFound, 404),
  KEY_NOT_FOUND: entry('There is no API key with that id.', 'See `holdall keys list`.', EXIT.notFound, 404),
  STATE_UNUSABLE: entry('Holdall\'s own state file cannot be used.', 'Check space and rights of the file, or name another one with --state.', EXIT.storage, 503),
  STATE_IN_USE: entry('Another server uses the state file.', 'Stop that server, or name another file with --state.', EXIT.locked, 423),
  ADDRESS_UNUSABLE: entry('The server cannot listen at that address.', 'Choose another --port or --host.', EXIT.error, 500),
  REQUEST_INVALID: entry('The request is not one that the server knows.', 'See /docs on the server.', EXIT.usage, 400),
  ROUTE_NOT_FOUND: entry('Nothing is at that path.', 'See /docs on the server for what there is.', EXIT.notFound, 404),
  METHOD_NOT_ALLOWED: entry('What is at that path does not take this method.', 'The header Allow names the methods.', EXIT.usage, 405),
  REQUEST_TOO_LARGE: entry('The body of the request is larger than allowed.', 'Raise limits in holdall.yaml, or send less.', EXIT.usage, 413),
  REQUEST_TIMEOUT: entry('The request did not arrive in time.', 'Send it without long pauses, or raise timeouts in holdall.yaml.', EXIT.error, 408),
  HEADERS_TOO_LARGE: entry('The headers of the request are too large.', 'Send fewer or shorter headers.', EXIT.usage, 431),
  MEDIA_TYPE_UNSUPPORTED: entry('The body has a content type that is not taken here.', 'See /docs on the server for the types.', EXIT.usage, 415),
  UNAUTHENTICATED: entry('The request says not, or not rightly, who makes it.', 'Send `Authorization: Bearer KEY`; `holdall keys create` makes a key.', EXIT.notPermitted, 401),
  FORBIDDEN: entry('Who makes the request may not do that.', 'Use a key with a higher role.', EXIT.notPermitted, 403),
  RATE_LIMITED: entry('Too many requests of this kind.', 'Wait as long as the header Retry-After says.', EXIT.error, 429),
  SERVER_UNREACHABLE: entry('No server answers at that address.', 'Check the address, and that the server runs.', EXIT.notFound, 502),
  SERVER_FAILED: entry('The server broke off, or does not answer as Holdall does.', 'Try again; the log of the server may say why.', EXIT.storage, 502),
  SHUTTING_DOWN: entry('The server is stopping and takes no more work.', 'Send the request again once it is back.', EXIT.error, 503),
  INTERRUPTED: entry('The operation was stopped; nothing was changed.', 'Run it again.', EXIT.interrupted, 499),
  INTERNAL: entry('Holdall itself failed.', 'Please report it with the message.', EXIT.error, 500),
}) satisfies Readonly<Record<string, CatalogueEntry>>

export type ErrorCode = keyof typeof CATALOGUE
