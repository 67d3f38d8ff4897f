/** A place in JSON text where it stops being JSON, or stops being what is expected there. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'

  constructor(
    /** Index into the bytes at hand. */
    readonly at: number,
    problem: string,
    /** The column of the row in which it stands, where that is known. */
    readonly column: string | null = null,
  ) {
    super(problem)
  }
}

/** One byte of JSON text, ready to print. */
export function showByte(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `byte 0x${byte.toString(16).padStart(2, '0')}`
}

/** A name from a document, ready to print: quoted, and cut when it is long. */
export function showName(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)
}
