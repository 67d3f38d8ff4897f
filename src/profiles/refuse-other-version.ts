import type { Application } from '../archive/archive-schema.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { ProfileApplication } from './application.js'

/** An export of tables that mean something else is refused before its rows are read. @throws SCHEMA_VERSION */
export function refuseOtherVersion(exported: Application | null, known: ProfileApplication | null): void {
  if (exported === null || known === null || exported.schemaVersion === known.schemaVersion) return
  throw new HoldallError('SCHEMA_VERSION', { message: `the export has schema version ${JSON.stringify(exported.schemaVersion.slice(0, 80))}, and the profile knows ${JSON.stringify(known.schemaVersion)}` })
}
