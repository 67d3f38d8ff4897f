import { createHash } from 'node:crypto'
import { DEFAULT_WORKFLOWS } from './default-workflows.js'
import { loomId } from './dice.js'
import type { LoomScene, RowsOfTables } from './loom-row.js'
import { later, loomTime, type LoomTime } from './loom-time.js'

/** What Loom writes by itself when it is started for the first time; the ids of nodes and edges are other ones on every server. */
export const STARTED_ROWS_OF: RowsOfTables = Object.freeze({
  *config_kv(scene) {
    yield { key: 'loom.config.json', value: securityConfig(scene), updated_at: startedAt(scene) }
    yield { key: 'loom.model_catalog.json', value: MODEL_CATALOG, updated_at: startedAt(scene) }
  },

  *users(scene) {
    // Its migration inserts this row with CURRENT_TIMESTAMP.
    const at = loomTime(startedAt(scene).nanoseconds, 'sql')
    yield { id: 'user-admin', username: 'admin', email: 'admin@loom.local', role: 'admin', is_active: true, created_at: at, updated_at: at }
  },

  *workflows(scene) {
    for (const { id, name, description, type } of DEFAULT_WORKFLOWS) {
      yield { id, name, description, workflow_type: type, is_default: true, project_id: null, created_at: startedAt(scene), updated_at: startedAt(scene) }
    }
  },

  *workflow_nodes(scene) {
    let index = 0
    for (const workflow of DEFAULT_WORKFLOWS) {
      for (const { key, type, role, attempts, minutes, instructions } of workflow.nodes) {
        yield {
          id: loomId(scene.seed, 'wfn', (index += 1)), workflow_id: workflow.id, node_key: key, node_type: type, role_required: role,
          persona_hint: `default/${role.toLowerCase().replaceAll(' ', '-')}`, max_attempts: attempts, timeout_minutes: minutes,
          instructions, metadata_json: '', created_at: startedAt(scene),
        }
      }
    }
  },

  *workflow_edges(scene) {
    let index = 0
    for (const workflow of DEFAULT_WORKFLOWS) {
      for (const [from, condition, to, priority] of workflow.edges) {
        yield { id: loomId(scene.seed, 'wfe', (index += 1)), workflow_id: workflow.id, from_node_key: from, to_node_key: to, condition, priority, created_at: startedAt(scene) }
      }
    }
  },
})

/** No two servers start in the same second. */
function startedAt(scene: LoomScene): LoomTime {
  return later(loomTime(1_767_596_400_123_456_789n, 'go', -480), scene.seed % 100_000)
}

/** The application keeps its secrets in clear; these open nothing. */
function securityConfig({ seed, engine }: LoomScene): string {
  const secret = (name: string): string => createHash('sha256').update(`example ${name} ${seed}`).digest('hex')
  return JSON.stringify({
    server: { http_port: 8081 },
    database: { type: engine === 'sqlite' ? 'sqlite' : 'postgres', path: './loom.db', dsn: `postgres://loom:${secret('password').slice(0, 16)}@db.example/loom?sslmode=require` },
    security: { enable_auth: true, jwt_secret: secret('jwt'), webhook_secret: secret('webhook'), api_keys: [secret('key 1'), secret('key 2')], allowed_origins: ['*'] },
    budget: { daily_nano_usd: '@' },
  }).replace('"@"', '9007199254740993')
}

const MODEL_CATALOG = JSON.stringify(
  { models: [{ name: 'tiny-7b', context: 8192, score: 0.62 }, { name: 'wide-70b', context: 131072, score: 0.915 }], note: 'größer ≠ better' },
  null,
  2,
)
