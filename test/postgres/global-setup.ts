import type { TestProject } from 'vitest/node'
import { type Cluster, startCluster } from './cluster.js'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
    postgres12Url: string
  }
}

/** One server a version for the whole run, or the one in HOLDALL_TEST_POSTGRES_URL (and HOLDALL_TEST_POSTGRES_12_URL). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: Cluster[] = []
  const start = async (version: 12 | 18): Promise<string> => {
    const cluster = await startCluster(version)
    started.push(cluster)
    return cluster.url
  }
  const given = process.env['HOLDALL_TEST_POSTGRES_URL']
  const given12 = process.env['HOLDALL_TEST_POSTGRES_12_URL']
  const urls = await Promise.all([
    given ?? start(18),
    given12 ?? given ?? start(12),
  ])
  project.provide('postgresUrl', urls[0])
  project.provide('postgres12Url', urls[1])
  return async () => {
    await Promise.all(started.map(async (cluster) => cluster.stop()))
  }
}
