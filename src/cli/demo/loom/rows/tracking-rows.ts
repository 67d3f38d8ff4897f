import { loomId, rollDice, type Dice } from '../dice.js'
import type { RowsOfTables } from '../loom-row.js'
import { later } from '../loom-time.js'
import { agentId, projectId, some, workflowId } from './ids.js'
import { bead, phrase, prose } from './words.js'

export const TRACKING_ROWS: RowsOfTables = Object.freeze({
  *motivations(scene) {
    const dice = rollDice(scene.seed, 'motivations')
    const { motivations: count, projects, agents } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const made = dice.moment(index, count)
      const everywhere = index % 3 === 0
      yield {
        id: loomId(scene.seed, 'mot', index), name: phrase(dice), description: index % 2 === 0 ? '' : null, type: dice.pick(['calendar', 'event', 'threshold']), condition: 'idle > 30m', agent_role: 'CEO',
        agent_id: index % 4 === 1 ? agentId(scene, some(dice, agents)) : null, project_id: everywhere ? null : projectId(some(dice, projects)), parameters_json: '{"threshold": 0.30, "max": 12345678901234567890}',
        // Five minutes to thirty days: nothing of it fits into 32 bits.
        cooldown_period_ns: 300_000_000_000n + BigInt(index) * 43_200_000_000_001n, last_triggered_at: index % 2 === 0 ? later(made, 60) : null, next_trigger_at: null, trigger_count: index,
        create_bead_on_trigger: index % 2 === 0, bead_template: '', wake_agent: true, is_built_in: everywhere, created_at: made, updated_at: made, disabled_at: null,
      }
    }
  },

  *motivation_triggers(scene) {
    const dice = rollDice(scene.seed, 'motivation_triggers')
    const { motivation_triggers: count, motivations, agents } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const failed = index % 6 === 5
      yield {
        id: loomId(scene.seed, 'trig', index), motivation_id: loomId(scene.seed, 'mot', some(dice, motivations)), triggered_at: dice.moment(index, count), trigger_data_json: '{"idle_minutes": 31.0}',
        result: failed ? 'error' : 'success', error: failed ? phrase(dice) : '', bead_created: failed ? '' : bead(dice), agent_woken: agentId(scene, some(dice, agents)), workflow_id: index % 3 === 0 ? workflowId(scene, dice) : '',
      }
    }
  },

  *milestones(scene) {
    const dice = rollDice(scene.seed, 'milestones')
    const { milestones: count, projects } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const made = dice.moment(index, count)
      // Parts of the one before, which is of the same project.
      const part = index % 2 === 1
      yield {
        id: loomId(scene.seed, 'ms', index), project_id: projectId(Math.floor(index / 2) % projects), name: `v${index}.0`, description: prose(dice, 1), type: index % 3 === 0 ? 'release' : 'custom', status: 'planned',
        due_date: later(made, 60 * 86_400), start_date: made, completed_at: null, parent_id: part ? loomId(scene.seed, 'ms', index - 1) : null, tags_json: index % 2 === 0 ? '["q1","größer"]' : '[]', created_at: made, updated_at: made,
      }
    }
  },

  *lessons(scene) {
    const dice = rollDice(scene.seed, 'lessons')
    const { lessons: count, projects, agents } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const known = index % 3 !== 0
      yield {
        id: loomId(scene.seed, 'lesson', index), project_id: projectId(some(dice, projects)), category: dice.pick(['compiler', 'review', 'deploy']), title: phrase(dice), detail: prose(dice, 3), source_bead_id: known ? bead(dice) : '',
        source_agent_id: known ? agentId(scene, some(dice, agents)) : '', relevance_score: dice.fraction(), created_at: dice.moment(index, count), embedding: index % 5 === 4 ? null : embedding(dice),
      }
    }
  },
})

/** 64 numbers of 32 bits, little-endian. */
function embedding(dice: Dice): Buffer {
  const bytes = Buffer.alloc(64 * 4)
  for (let at = 0; at < bytes.length; at += 4) bytes.writeFloatLE(dice.fraction() * 2 - 1, at)
  return bytes
}
