/** The same values; but leaving a loop early does not end the reading, so that `finish` can go on. */
export function withoutReturn<T>(values: AsyncIterator<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ({ next: async () => values.next() }) }
}
