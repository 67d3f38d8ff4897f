import { parseChoice } from '../options/parse-choice.js'
import { parseWholeNumber } from '../options/parse-whole-number.js'
import { STORE } from '../options/store-options.js'
import { valueOption } from '../options/option.js'
import { LOOM_CONTENTS } from './loom/create-loom.js'

/** The flags of `holdall demo`; without any it shows the main job. */
export const DEMO_OPTIONS = Object.freeze({
  profile: valueOption({ name: 'profile', value: 'NAME', means: 'make the example database of this application instead: loom', parse: (text) => text }),
  store: STORE,
  rows: valueOption({ name: 'rows', value: 'N', means: 'about how many rows a sample has, in all tables; some hundred at the least', otherwise: '10000', parse: parseWholeNumber(0, 1_000_000_000) }),
  content: valueOption({ name: 'content', value: 'CONTENT', means: 'sample: rows in every table; started: what the application holds after its first start; empty: tables alone', otherwise: 'sample', parse: parseChoice(LOOM_CONTENTS) }),
  seed: valueOption({ name: 'seed', value: 'N', means: 'other rows and other ids for another number, the same for the same', otherwise: '1', parse: parseWholeNumber(0, 4_294_967_295) }),
})
