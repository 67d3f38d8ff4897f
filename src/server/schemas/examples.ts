import type { ImportSuccess } from './import.js'

/** A document, as `GET /api/v1/export` gives it. */
export const EXPORT_EXAMPLE = Object.freeze({
  export_metadata: {
    version: '2.0.0',
    schema_version: '1.0',
    exported_at: '2026-02-16T10:00:00.000Z',
    server_version: '2.0.0',
    database_type: 'sqlite',
    encryption_key_id: '',
    record_counts: { providers: 1, projects: 0 },
  },
  core: { providers: [{ id: 'openai', name: 'OpenAI', type: 'openai', endpoint: 'https://api.openai.com/v1' }], projects: [] },
  export_end: {},
})

/** What `POST /api/v1/import` answers. */
export const IMPORT_EXAMPLE: ImportSuccess = Object.freeze({
  status: 'completed',
  imported_at: '2026-02-16T10:05:00.000Z',
  validation: { schema_version_ok: true, encryption_key_ok: true, validation_message: '' },
  summary: { providers: { inserted: 2, updated: 3, skipped: 0, failed: 0, unchanged: 0 }, projects: { inserted: 1, updated: 2, skipped: 0, failed: 0, unchanged: 12 } },
  errors: [],
  notes: [],
  job_id: '6c5a1c1e-6e0e-4a55-9b5b-7c1e3f0a2d11',
})
