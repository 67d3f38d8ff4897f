import { postgresqlExport } from './postgresql-export.mjs'
import { postgresqlImport } from './postgresql-import.mjs'
import { postgresqlMerge } from './postgresql-merge.mjs'
import { sqliteExport } from './sqlite-export.mjs'
import { sqliteImport } from './sqlite-import.mjs'
import { sqliteMerge } from './sqlite-merge.mjs'

export const GROUPS = [postgresqlExport, sqliteExport, postgresqlImport, sqliteImport, postgresqlMerge, sqliteMerge]
