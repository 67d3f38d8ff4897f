import { HoldallError } from '../errors/holdall-error.js'
import { interrupted } from '../errors/interrupted.js'

/** Who may work on a thing that only one may work on at a time. */
export interface Turns {
  /** Waits for a turn; what it gives ends the turn. @throws STORE_BUSY at once where nobody more may wait; INTERRUPTED */
  take(key: string, signal: AbortSignal): Promise<() => void>
}

/** Turns by key, first come first served. `waiting` is how many may wait for one key; 0: who comes second is refused. */
export function turns(waiting: number): Turns {
  const queues = new Map<string, (() => void)[]>()

  const release = (key: string): (() => void) => {
    let released = false
    return () => {
      if (released) return
      released = true
      const next = queues.get(key)?.shift()
      if (next === undefined) queues.delete(key)
      else next()
    }
  }

  return {
    take: async (key, signal) => {
      const queue = queues.get(key)
      if (queue === undefined) {
        queues.set(key, [])
        return release(key)
      }
      if (queue.length >= waiting) {
        const message = waiting === 0 ? 'another import into this store is running' : `${waiting} imports are waiting for this store already`
        throw new HoldallError('STORE_BUSY', { message })
      }
      await new Promise<void>((resolve, reject) => {
        const leave = (): void => {
          queue.splice(queue.indexOf(enter), 1)
          reject(interrupted())
        }
        const enter = (): void => {
          signal.removeEventListener('abort', leave)
          resolve()
        }
        queue.push(enter)
        signal.addEventListener('abort', leave, { once: true })
      })
      return release(key)
    },
  }
}
