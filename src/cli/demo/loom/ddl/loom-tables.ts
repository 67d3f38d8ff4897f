import type { Engine } from '../../../../schema/schema.js'

/** The statements that make the tables and indexes of one group. */
export type LoomTables = Readonly<Record<Engine, string>>
