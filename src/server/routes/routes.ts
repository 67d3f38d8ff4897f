import type { App } from '../app.js'
import type { ServerContext } from '../server-context.js'
import { auditRoutes } from './audit.js'
import { exportRoutes } from './export.js'
import { healthRoutes } from './health.js'
import { importRoutes } from './import.js'
import { jobEventRoutes } from './job-events.js'
import { jobRoutes } from './jobs.js'
import { metricRoutes } from './metrics.js'
import { storeRoutes } from './stores.js'

const ROUTES = [healthRoutes, storeRoutes, exportRoutes, importRoutes, jobRoutes, jobEventRoutes, metricRoutes, auditRoutes]

/** One file a resource. */
export function addRoutes(app: App, context: ServerContext): void {
  for (const add of ROUTES) add(app, context)
}
