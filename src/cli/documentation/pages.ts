import { COMMANDS } from '../commands/commands.js'
import { cliPage } from './cli-page.js'
import { errorsPage } from './errors-page.js'
import { httpPage } from './http-page.js'
import { openApiDocument } from './openapi-document.js'

export interface Page {
  /** In docs/. */
  readonly name: string
  text(): string | Promise<string>
}

/** The pages that are generated. */
export const PAGES: readonly Page[] = Object.freeze([
  { name: 'CLI.md', text: () => cliPage(COMMANDS) },
  { name: 'ERRORS.md', text: errorsPage },
  { name: 'HTTP.md', text: async () => httpPage(await openApiDocument()) },
])

/** Where a page stands, from src/ and from dist/ alike. */
export function pageFile(page: Page): URL {
  return new URL(`../../../docs/${page.name}`, import.meta.url)
}
