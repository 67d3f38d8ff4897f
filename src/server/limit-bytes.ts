import { Transform } from 'node:stream'
import { HoldallError } from '../errors/holdall-error.js'

/** Passes on so many bytes and fails with the next one: REQUEST_TOO_LARGE. */
export function limitBytes(limit: number): Transform {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      if (seen > limit) done(new HoldallError('REQUEST_TOO_LARGE', { message: `the body is larger than ${limit} bytes` }))
      else done(null, chunk)
    },
  })
}
