const MIB = 1 << 20

/** Bytes of NDJSON a writer puts into one chunk at most, unless a single row is longer. */
export const CHUNK_BYTES = 4 * MIB

/** What a reader accepts as a chunk of several rows; a longer chunk must be one row. */
export const CHUNK_LIMIT = 16 * MIB

/** The longest row there may be. */
export const ROW_LIMIT = 1024 * MIB

/**
 * The longest schema.json, statistics.json, checksums.sha256 and manifest.json there may be: parsing hostile JSON of
 * this size still fits the default heap. A manifest of this size describes about 1 TB of rows.
 */
export const DOCUMENT_LIMIT = 64 * MIB

/** Chunks that are compressed or inflated at the same time (inflating is several times faster), and the raw bytes these hold together (one chunk may exceed it alone). */
export const PACKING_CHUNKS = 4
export const UNPACKING_CHUNKS = 3
export const AHEAD_BYTES = 24 * MIB
