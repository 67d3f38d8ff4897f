import { AHEAD_BYTES, UNPACKING_CHUNKS } from './limits.js'

/**
 * Works on several items at a time and gives the results in the order of the items. `weight` is an item's memory in
 * bytes; what is under way stays below UNPACKING_CHUNKS items and AHEAD_BYTES together (a single item may weigh more).
 */
export async function* mapAhead<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  weight: (item: T) => number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underway: { result: Promise<R>; weight: number }[] = []
  let weights = 0
  const next = async (): Promise<R[]> => {
    const first = underway.shift()
    if (first === undefined) return []
    const result = await first.result
    weights -= first.weight
    return [result]
  }
  try {
    for await (const item of items) {
      const heavy = weight(item)
      while (underway.length >= UNPACKING_CHUNKS || (underway.length > 0 && weights + heavy > AHEAD_BYTES)) yield* await next()
      const result = work(item)
      // Met when its turn comes; when an earlier one fails or the reader stops, nobody asks.
      result.catch(() => undefined)
      underway.push({ result, weight: heavy })
      weights += heavy
    }
    while (underway.length > 0) yield* await next()
  } finally {
    await Promise.allSettled(underway.map(({ result }) => result))
  }
}
