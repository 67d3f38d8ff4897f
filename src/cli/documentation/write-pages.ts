import { writeFileSync } from 'node:fs'
import { PAGES, pageFile } from './pages.js'

/** What `npm run docs` runs. */
for (const page of PAGES) writeFileSync(pageFile(page), await page.text())
