import { COMMANDS } from '../commands/commands.js'
import { cliPage } from './cli-page.js'
import { errorsPage } from './errors-page.js'

export interface Page {
  /** In docs/. */
  readonly name: string
  text(): string
}

/** The pages that are generated. */
export const PAGES: readonly Page[] = Object.freeze([
  { name: 'CLI.md', text: () => cliPage(COMMANDS) },
  { name: 'ERRORS.md', text: errorsPage },
])

/** Where a page stands, from src/ and from dist/ alike. */
export function pageFile(page: Page): URL {
  return new URL(`../../../docs/${page.name}`, import.meta.url)
}
