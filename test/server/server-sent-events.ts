export interface SentEvent {
  readonly id: string
  readonly event: string
  readonly data: Record<string, unknown>
}

/** Reads a stream of events; `comments` counts signs of life. */
export async function* readEvents(response: Response, comments: { count: number } = { count: 0 }): AsyncGenerator<SentEvent> {
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end)
      text = text.slice(end + 2)
      if (block.startsWith(':')) comments.count++
      const field = (name: string): string | undefined => block.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
      const [id, event, data] = [field('id'), field('event'), field('data')]
      if (id !== undefined && event !== undefined && data !== undefined) yield { id, event, data: JSON.parse(data) as Record<string, unknown> }
    }
  }
}
