import type { JobHistory } from '../jobs/job-history.js'
import type { Jobs } from '../jobs/jobs.js'
import type { State } from '../jobs/open-state.js'
import type { ServerSettings } from '../profiles/server-settings.js'
import type { ApiKeys } from './auth/api-keys.js'
import type { Audit } from './auth/audit.js'
import type { Authenticate } from './auth/authenticator.js'
import type { Metrics } from './metrics.js'
import type { ServedStore } from './served-store.js'

/** What routes work with. */
export interface ServerContext {
  readonly settings: ServerSettings
  readonly stores: readonly ServedStore[]
  readonly state: State
  readonly jobs: Jobs
  readonly history: JobHistory
  readonly keys: ApiKeys
  readonly audit: Audit
  readonly authenticate: Authenticate
  /** Whether requests must say who makes them. */
  readonly protected: boolean
  readonly metrics: Metrics
  /** Aborted when the server begins to stop: no new work. */
  readonly stopping: AbortSignal
  /** Aborted when jobs have ended: streams that still run have nothing more to tell. */
  readonly stopped: AbortSignal
  readonly started: Date
}
