import type { IncomingMessage } from 'node:http'

export interface ServerEvent {
  readonly id: string
  readonly type: string
  readonly data: string
}

/** The events of a `text/event-stream`; comments, which keep it open, are passed over. */
export async function* readEvents(response: IncomingMessage): AsyncGenerator<ServerEvent> {
  let rest = ''
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    const blocks = (rest + chunk).split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = block.split(/\r?\n/)
      const field = (name: string): string => fields.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, '')).join('\n')
      const data = field('data')
      if (data !== '') yield { id: field('id'), type: field('event'), data }
    }
  }
}
