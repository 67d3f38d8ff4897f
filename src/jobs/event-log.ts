import type { JobEvent } from './job.js'

/** The latest events of a job, numbered from 1, for any number of readers that come, go and come back. */
export interface EventLog {
  add(event: EventBody): void
  /** Number of the latest event; 0 before there is any. */
  latest(): number
  /** No event follows; readers end after the last one. */
  end(): void
  /**
   * Events after a number, then new ones as they come, until the log ends or the signal aborts. A reader that is slower than the
   * log misses the events that were dropped meanwhile, never the last ones. With `every`, null comes after so many milliseconds
   * in which nothing happened.
   */
  read(after: number, signal: AbortSignal, every?: number): AsyncGenerator<JobEvent | null>
}

/** Without its number; of each kind of event by itself. */
export type EventBody = JobEvent extends infer E ? (E extends JobEvent ? Omit<E, 'number'> : never) : never

export function eventLog(limit: number): EventLog {
  const kept: JobEvent[] = []
  const waiting = new Set<() => void>()
  const now = { number: 0, ended: false }

  const wake = (): void => {
    for (const resume of [...waiting]) resume()
  }
  const change = async (signal: AbortSignal, every: number | undefined): Promise<void> =>
    new Promise((resolve) => {
      const timer = every === undefined ? undefined : setTimeout(() => resume(), every)
      const resume = (): void => {
        clearTimeout(timer)
        waiting.delete(resume)
        signal.removeEventListener('abort', resume)
        resolve()
      }
      waiting.add(resume)
      signal.addEventListener('abort', resume)
    })

  return {
    add: (event) => {
      kept.push(Object.freeze({ ...event, number: ++now.number }))
      if (kept.length > limit) kept.shift()
      wake()
    },
    latest: () => now.number,
    end: () => {
      now.ended = true
      wake()
    },
    read: async function* (after, signal, every) {
      // A number of an earlier life of the process means nothing here.
      let seen = after > now.number ? 0 : after
      while (!signal.aborted) {
        const next = kept.find((event) => event.number > seen)
        if (next !== undefined) {
          seen = next.number
          yield next
        } else if (now.ended) return
        else {
          const before = now.number
          await change(signal, every)
          if (now.number === before && !isOver(now, signal)) yield null
        }
      }
    },
  }
}

function isOver({ ended }: { readonly ended: boolean }, { aborted }: AbortSignal): boolean {
  return ended || aborted
}
