import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PAGES, pageFile } from './pages.js'

test.each(PAGES)('docs/$name is what `npm run docs` writes', async (page) => {
  expect(readFileSync(pageFile(page), 'utf8')).toBe(await page.text())
})
