import type { Readable } from 'node:stream'
import type { Matches } from '../../profiles/identify-table.js'
import type { Profile } from '../../profiles/profile.js'
import type { OnProgress } from '../../progress/progress.js'

export interface DiffOptions {
  /** An archive, a JSON document, the URL or path of a store, or `-` for an archive or document on `stdin`. */
  readonly a: string
  readonly b: string
  readonly stdin?: Readable | undefined
  /** Its identities and references count on both sides, and its columns left out are not compared. */
  readonly profile?: Profile | undefined
  /** Table id to column lists by which its rows are the same rows on both sides, in order; before what the profile says. */
  readonly match?: Matches | undefined
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  /** Examples of each kind a table; 3 when absent. */
  readonly examples?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}
