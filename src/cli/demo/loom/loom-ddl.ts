import type { Engine } from '../../../schema/schema.js'
import { ACTIVITY_TABLES } from './ddl/activity-tables.js'
import { ANALYTICS_TABLES } from './ddl/analytics-tables.js'
import { CONFIG_TABLES } from './ddl/config-tables.js'
import { CORE_TABLES } from './ddl/core-tables.js'
import { LOGGING_TABLES } from './ddl/logging-tables.js'
import { TRACKING_TABLES } from './ddl/tracking-tables.js'
import { WORKFLOW_TABLES } from './ddl/workflow-tables.js'

/** In an order in which each group refers only to those before it. */
const GROUPS = Object.freeze([CORE_TABLES, WORKFLOW_TABLES, ACTIVITY_TABLES, TRACKING_TABLES, LOGGING_TABLES, ANALYTICS_TABLES, CONFIG_TABLES])

/** The statements that make an empty Loom: 28 tables in SQLite, 30 in PostgreSQL. */
export function loomDdl(engine: Engine): string {
  return GROUPS.map((tables) => tables[engine]).join('')
}
