import fc from 'fast-check'

/**
 * The same random cases in every run of the suite, so that a change is judged by itself and not by luck. A long run asks for
 * others with HOLDALL_TEST_SEED, or with HOLDALL_TEST_RUNS, which takes new ones each time.
 */
const asked = Number(process.env['HOLDALL_TEST_SEED'])
const searching = Number(process.env['HOLDALL_TEST_RUNS']) > 0
if (Number.isInteger(asked) && asked !== 0) fc.configureGlobal({ seed: asked })
else if (!searching) fc.configureGlobal({ seed: 20_261_121 })
