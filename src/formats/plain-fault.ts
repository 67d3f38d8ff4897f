/** A value of a plain document that its column cannot hold. */
export class PlainFault extends Error {
  override readonly name = 'PlainFault'
}
