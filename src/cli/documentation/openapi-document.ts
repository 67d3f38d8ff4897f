import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from '../../server/create-server.js'

/** What pages read of an OpenAPI document. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, ObjectSchema>> }
}

export interface Operation {
  readonly summary: string
  readonly description?: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string; readonly schema: ValueSchema }[]
}

export interface ObjectSchema {
  readonly description?: string
  readonly properties: Readonly<Record<string, ValueSchema>>
}

export interface ValueSchema {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly anyOf?: readonly ValueSchema[]
}

/** The document of a server that serves nothing. */
export async function openApiDocument(): Promise<OpenApiDocument> {
  const folder = await mkdtemp(join(tmpdir(), 'holdall-docs-'))
  try {
    const server = await createServer({ stores: [], settings: { stateFile: join(folder, 'state.db') } })
    try {
      await server.app.ready()
      // Made by @fastify/swagger from the schemas of our own routes.
      return server.app.swagger() as unknown as OpenApiDocument
    } finally {
      await server.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
