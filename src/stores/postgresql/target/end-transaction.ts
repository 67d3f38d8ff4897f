import pg from 'pg'
import { HoldallError } from '../../../errors/holdall-error.js'
import { throwIfInterrupted } from '../../../errors/interrupted.js'
import { messageOf } from '../../../errors/message-of.js'
import { mapError } from '../map-error.js'
import { moveSequences, type SequenceMove } from './sequences.js'
import type { Session } from './session.js'

/**
 * Ends the transaction and the connection.
 * @throws whatever a check at COMMIT finds; nothing was changed then
 */
export async function endTransaction(session: Session, how: 'commit' | 'rollback', moves: readonly SequenceMove[]): Promise<void> {
  try {
    if (how === 'commit') await commit(session, moves)
    else await rollback(session)
  } finally {
    // A connection that is broken has ended already.
    await session.client.end().catch((_broken: unknown) => undefined)
  }
}

async function commit(session: Session, moves: readonly SequenceMove[]): Promise<void> {
  try {
    await moveSequences(session, moves)
    throwIfInterrupted(session.signal, { store: session.store })
    const { command } = await session.client.query('COMMIT').catch((error: unknown) => unanswered(session, error))
    // The server answers COMMIT of a failed transaction with ROLLBACK.
    if (command !== 'COMMIT') throw new HoldallError('STORE_FAILED', { store: session.store, message: 'the transaction had failed and was rolled back' })
  } catch (error) {
    await rollback(session)
    throw mapError(error, { store: session.store }, { signal: session.signal })
  }
}

/** Whoever hears nothing back cannot know: the server may have committed just before. */
function unanswered({ store }: Session, error: unknown): never {
  if (error instanceof pg.DatabaseError) throw error
  throw new HoldallError('STORE_FAILED', {
    store,
    message: `the connection broke during COMMIT, so it is not known whether the import was committed: ${messageOf(error)}`,
    hint: 'It is all there or none of it: look at the target, or run the import again with --dry-run.',
    cause: error,
  })
}

/** A cancellation meant for the statement before may still hit the first ROLLBACK. Without a connection the server rolls back by itself. */
async function rollback(session: Session): Promise<void> {
  for (let tries = 0; tries < 2; tries += 1) {
    const done = await session.client.query('ROLLBACK').then(() => true, () => false)
    if (done) return
  }
}
