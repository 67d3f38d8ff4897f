import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { isFinished, type JobRecord } from '../jobs/job.js'

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  job(job: JobRecord): void
  request(props: { readonly method: string; readonly route: string; readonly status: number; readonly seconds: number }): void
  close(): void
}

/** Counts for Prometheus. `active`: how many jobs run or wait now. */
export function createMetrics(active: () => number): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const jobs = new Counter({ name: 'holdall_jobs_total', help: 'Jobs that ended.', labelNames: ['kind', 'state'], registers })
  const seconds = new Histogram({ name: 'holdall_job_duration_seconds', help: 'From start to end of a job.', labelNames: ['kind'], buckets: [0.1, 1, 5, 15, 60, 300, 900, 3600], registers })
  const rows = new Counter({ name: 'holdall_job_rows_total', help: 'Rows of jobs that were done.', labelNames: ['kind', 'counted'], registers })
  const bytes = new Counter({ name: 'holdall_job_bytes_total', help: 'Bytes that jobs read or wrote.', labelNames: ['kind'], registers })
  const requests = new Histogram({ name: 'http_request_duration_seconds', help: 'Requests, by route.', labelNames: ['method', 'route', 'status'], buckets: [0.005, 0.05, 0.5, 5, 60], registers })
  new Gauge({
    name: 'holdall_jobs_active',
    help: 'Jobs that run or wait.',
    registers,
    collect() {
      this.set(active())
    },
  })
  return {
    contentType: registry.contentType,
    text: async () => registry.metrics(),
    job: (job) => {
      if (!isFinished(job)) return
      const { kind, state } = job
      jobs.inc({ kind, state })
      if (job.seconds !== null) seconds.observe({ kind }, job.seconds)
      if (job.bytes !== null) bytes.inc({ kind }, job.bytes)
      for (const counts of Object.values(job.counts)) for (const [counted, count] of Object.entries(counts)) rows.inc({ kind, counted }, count)
    },
    request: ({ method, route, status, seconds: taken }) => requests.observe({ method, route, status }, taken),
    close: () => registry.clear(),
  }
}
