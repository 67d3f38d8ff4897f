import { isUtf8 } from 'node:buffer'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HoldallError } from '../errors/holdall-error.js'
import { emptyConfig, type Config } from './config.js'
import { findConfig } from './find-config.js'
import { parseConfig } from './parse-config.js'

/** A configuration is written by hand; what is larger is another file. */
const MAX_BYTES = 1 << 20

export interface LoadConfigOptions {
  /** The file; without it, holdall.yaml or holdall.yml is looked for in `cwd` and the folders above. */
  readonly path?: string | undefined
  /** Absolute. */
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** Reads the configuration; an empty one when none was named and none is found. @throws CONFIG_INVALID */
export async function loadConfig(options: LoadConfigOptions): Promise<Config> {
  const file = options.path === undefined ? await findConfig(options.cwd, options.env) : resolve(options.cwd, options.path)
  if (file === null) return emptyConfig(options.cwd)
  return parseConfig(await readText(file), file, options.cwd, options.env)
}

async function readText(file: string): Promise<string> {
  const bytes = await read(file)
  if (bytes.includes(0) || !isUtf8(bytes)) throw invalid(file, 'this is not a text file')
  return bytes.toString('utf8').replace(/^\uFEFF/, '')
}

async function read(file: string): Promise<Buffer> {
  let found
  try {
    found = await stat(file)
    if (found.isFile() && found.size <= MAX_BYTES) return await readFile(file)
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    throw invalid(file, missing ? 'there is no such file' : `it cannot be read (${error instanceof Error ? error.message : String(error)})`, error)
  }
  if (found.isDirectory()) throw invalid(file, 'this is a folder')
  throw invalid(file, found.isFile() ? `it is larger than ${MAX_BYTES} bytes` : 'this is not a regular file')
}

function invalid(file: string, problem: string, cause?: unknown): HoldallError {
  return new HoldallError('CONFIG_INVALID', { message: `${file}: ${problem}`, cause })
}
