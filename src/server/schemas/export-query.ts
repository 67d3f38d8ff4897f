import { Type, type Static } from 'typebox'
import { EXPORT_FORMATS } from '../../transfer/export-options.js'
import { named, STORE, switched } from './parameters.js'

/** What `GET /api/v1/export` may be asked for. */
export const ExportQuery = Type.Object(
  {
    format: Type.Optional(Type.Enum([...EXPORT_FORMATS], { description: 'One JSON document, the same indented, or an archive', default: 'json' })),
    include: named('Only these groups and tables, comma-separated, with * and ?'),
    exclude: named('Not these groups and tables'),
    tables: named('Only these tables, beside what `include` names'),
    project_id: Type.Optional(Type.String({ description: 'Only what belongs to the project, as the profile says, and what this refers to', maxLength: 1024 })),
    since: Type.Optional(Type.String({ description: 'Only rows written from then on: RFC 3339, a date, or 30d', maxLength: 64 })),
    until: Type.Optional(Type.String({ description: 'Only rows written before', maxLength: 64 })),
    compress: Type.Optional(Type.Enum(['true', 'false', 'gzip'], { description: 'A document as a gzip file; an archive always is one', default: 'false' })),
    redact: switched('Leave out what the profile calls secret'),
    store: STORE,
  },
  { additionalProperties: false },
)
export type ExportQuery = Static<typeof ExportQuery>
