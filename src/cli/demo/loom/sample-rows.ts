import type { LoomRows } from './loom-row.js'
import { ACTIVITY_ROWS } from './rows/activity-rows.js'
import { CORE_ROWS } from './rows/core-rows.js'
import { LOGGING_ROWS } from './rows/logging-rows.js'
import { OTHER_ROWS } from './rows/other-rows.js'
import { TRACKING_ROWS } from './rows/tracking-rows.js'
import { WORKFLOW_ROWS } from './rows/workflow-rows.js'

/** A Loom that has worked for six weeks, without what it was started with. */
export const SAMPLE_ROWS_OF: Readonly<Record<string, LoomRows>> = Object.freeze({ ...CORE_ROWS, ...WORKFLOW_ROWS, ...ACTIVITY_ROWS, ...TRACKING_ROWS, ...LOGGING_ROWS, ...OTHER_ROWS })
