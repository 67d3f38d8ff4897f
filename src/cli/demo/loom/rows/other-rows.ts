import { loomId, rollDice } from '../dice.js'
import type { RowsOfTables } from '../loom-row.js'
import { later } from '../loom-time.js'
import { phrase } from './words.js'

/** Usage, settings, and what several servers share. */
export const OTHER_ROWS: RowsOfTables = Object.freeze({
  *config_kv(scene) {
    const dice = rollDice(scene.seed, 'config_kv')
    const { config_kv: count } = scene.counts
    for (let index = 0; index < count; index += 1) {
      yield { key: `external_event:${loomId(scene.seed, 'evt', index)}`, value: JSON.stringify({ source: 'github', title: phrase(dice), number: index }), updated_at: dice.moment(index, count) }
    }
  },

  *distributed_locks(scene) {
    const dice = rollDice(scene.seed, 'distributed_locks')
    const { distributed_locks: count } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const at = dice.moment(index, count)
      yield { lock_name: `lock-${index}`, instance_id: loomId(scene.seed, 'holder', index), acquired_at: at, expires_at: later(at, 30), heartbeat_at: later(at, 10) }
    }
  },

  *instances(scene) {
    const dice = rollDice(scene.seed, 'instances')
    const { instances: count } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const at = dice.moment(index, count)
      yield { instance_id: loomId(scene.seed, 'inst', index), hostname: `loom-${index}.example`, started_at: at, last_heartbeat: later(at, 60), metadata: '{}' }
    }
  },

  *usage_patterns(scene) {
    const dice = rollDice(scene.seed, 'usage_patterns')
    const { usage_patterns: count } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const at = dice.moment(index, count)
      const requests = dice.whole(1, 5000)
      const cost = dice.fraction() * 100
      yield {
        id: loomId(scene.seed, 'pat', index), type: dice.pick(['provider', 'user', 'cost-band']), group_key: `group ${index}`, request_count: requests, total_cost: cost, avg_cost: cost / requests, total_tokens: requests * 900,
        avg_latency: dice.fraction() * 3000, error_rate: index % 3 === 0 ? 0 : dice.fraction() / 10, first_seen: at, last_seen: later(at, 80_000), analyzed_at: later(at, 90_000), metadata_json: index % 2 === 0 ? '' : '{"top":["a","ß"]}',
      }
    }
  },

  *optimizations(scene) {
    const dice = rollDice(scene.seed, 'optimizations')
    const { optimizations: count, usage_patterns: patterns } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const applied = index % 3 === 2
      const at = dice.moment(index, count)
      yield {
        id: loomId(scene.seed, 'opt', index), type: 'provider-substitution', pattern_id: index % 4 === 3 ? null : loomId(scene.seed, 'pat', index % patterns), recommendation: phrase(dice), projected_savings_usd: dice.fraction() * 50,
        actual_savings_usd: applied ? dice.fraction() * 40 : null, applied_at: applied ? later(at, 9000) : null, applied_by: applied ? 'user-admin' : null, status: applied ? 'applied' : 'pending', metadata_json: null, created_at: at,
      }
    }
  },
})
