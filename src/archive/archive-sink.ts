/** Where an archive is written to. One write at a time; the promise is the backpressure. */
export interface ArchiveSink {
  write(bytes: Buffer): Promise<void>
}
