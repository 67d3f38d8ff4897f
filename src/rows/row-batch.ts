/**
 * Rows on their way: NDJSON, one row a line, every line ended by `\n`, never a part of a line. Lines are in canonical
 * form: an object whose keys are the table's columns in schema order, without white space (docs/FORMAT.md, "Rows").
 *
 * The bytes are the reader's until it asks for the next batch: whoever made them may write the next ones over them.
 */
export interface RowBatch {
  readonly bytes: Buffer
  readonly rows: number
}

/** Bytes a batch aims at; a single row larger than this makes a batch of its own. */
export const BATCH_BYTES = 1 << 20
