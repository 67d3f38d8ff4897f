import { spawnSync } from 'node:child_process'

/** Which of these programs the machine lacks; said aloud, since the tests that need them are then skipped. */
export function missingTools(what: string, tools: readonly string[]): readonly string[] {
  const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined)
  if (missing.length > 0) console.warn(`skipped, ${missing.join(', ')} not found: ${what}`)
  return missing
}
