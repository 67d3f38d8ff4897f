import { defineConfig } from 'vitest/config'

const report = process.env['HOLDALL_TEST_REPORT']

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/property/seeded.ts'],
    globalSetup: ['test/postgres/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // What data goes through on its way; what tests run in a process of their own (the command, the server) is not counted.
    coverage: {
      provider: 'v8',
      include: ['schema', 'rows', 'stores', 'archive', 'transfer'].map((folder) => `src/${folder}/**`),
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary'],
      thresholds: { lines: 98, branches: 94 },
    },
    ...(report === undefined || report === '' ? {} : { reporters: ['default', ['json', { outputFile: report }]] }),
  },
})
