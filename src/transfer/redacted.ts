import { isRecord, someTexts, text } from '../errors/option-check.js'
import type { ArchiveSchema } from '../archive/archive-schema.js'
import type { HeldValues } from '../stores/held-values.js'

/** What `--redact` left out of an export, as `selection` of the archive tells. */
export interface Redacted {
  /** `providers.api_key` */
  readonly columns: readonly string[]
  readonly rows: readonly (HeldValues & { readonly table: string })[]
}

/** Rows of a table that an archive leaves out as secret: that it lacks them says nothing. The selection of an archive may be anything. */
export function redactedRows({ selection }: Pick<ArchiveSchema, 'selection'>, table: string): readonly HeldValues[] {
  const { redacted } = selection
  const rows: unknown = isRecord(redacted) ? redacted['rows'] : null
  if (!Array.isArray(rows)) return []
  return rows.flatMap((row: unknown): HeldValues[] => {
    if (!isRecord(row) || row['table'] !== table || text(row['column']) !== null || someTexts(row['values']) !== null) return []
    const values = (row['values'] as readonly string[]).filter((value) => !value.includes('\0'))
    return values.length === 0 ? [] : [{ column: String(row['column']), values }]
  })
}
