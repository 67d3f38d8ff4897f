const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * The bytes that a string of a plain document stands for: base64, else the bytes of the text itself. Null when it holds U+FFFD: there
 * stood bytes that are no text, and the program that wrote them as text has lost them.
 */
export function plainBytes(text: string): Buffer | null {
  if (BASE64.test(text)) return Buffer.from(text, 'base64')
  return text.includes('\ufffd') ? null : Buffer.from(text)
}
