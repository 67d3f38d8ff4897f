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
    ...(report === undefined || report === '' ? {} : { reporters: ['default', ['json', { outputFile: report }]] }),
  },
})
