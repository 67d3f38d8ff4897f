import { loomId, rollDice, type Dice } from '../dice.js'
import type { LoomRow, LoomScene, RowsOfTables } from '../loom-row.js'
import { later } from '../loom-time.js'
import { agentId, projectId, providerId, some, userId } from './ids.js'
import { bead, phrase } from './words.js'

export const LOGGING_ROWS: RowsOfTables = Object.freeze({
  *logs(scene) {
    const dice = rollDice(scene.seed, 'logs')
    const { logs: count, agents, projects, providers } = scene.counts
    for (let index = 0; index < count; index += 1) {
      yield {
        id: loomId(scene.seed, 'log', index), timestamp: dice.moment(index, count), level: dice.pick(['debug', 'info', 'info', 'info', 'warn', 'error']), source: dice.pick(['dispatcher', 'worker', 'api', 'gitops']),
        message: phrase(dice), metadata_json: index % 4 === 0 ? null : `{"attempt": ${index % 5}, "elapsed": ${dice.fraction()}}`, agent_id: index % 3 === 0 ? agentId(scene, some(dice, agents)) : null,
        bead_id: index % 2 === 0 ? bead(dice) : null, project_id: index % 5 === 4 ? null : projectId(some(dice, projects)), provider_id: index % 7 === 0 ? providerId(some(dice, providers)) : null,
      }
    }
  },

  *request_logs(scene) {
    const dice = rollDice(scene.seed, 'request_logs')
    for (let index = 0; index < scene.counts.request_logs; index += 1) yield requestLog(scene, dice, index)
  },

  *command_logs(scene) {
    const dice = rollDice(scene.seed, 'command_logs')
    const { command_logs: count, agents, projects } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const started = dice.moment(index, count)
      const failed = index % 9 === 8
      const milliseconds = dice.whole(3, 90_000)
      const known = index % 4 !== 0
      yield {
        id: loomId(scene.seed, 'cmd', index), agent_id: agentId(scene, some(dice, agents)), bead_id: known ? bead(dice) : '', project_id: known ? projectId(some(dice, projects)) : '', command: `grep -rn '${phrase(dice)}' src`,
        working_dir: '/srv/loom', exit_code: failed ? -1 : 0, stdout: failed ? '' : `${phrase(dice)}\r\n\u001b[32mok\u001b[0m\n`, stderr: failed ? phrase(dice) : '', duration_ms: milliseconds,
        started_at: started, completed_at: later(started, milliseconds / 1000), context: index % 2 === 0 ? '' : '{"cwd":"C:\\\\temp"}', created_at: later(started, milliseconds / 1000),
      }
    }
  },
})

/** Two tables of one name: what SQLite has and PostgreSQL has of a request are different columns. */
function requestLog(scene: LoomScene, dice: Dice, index: number): LoomRow {
  const { request_logs: count, users, providers } = scene.counts
  const timestamp = dice.moment(index, count)
  const failed = index % 12 === 11
  const [prompt, completion] = [dice.whole(10, 9000), dice.whole(1, 2000)]
  const shared = {
    timestamp, user_id: userId(scene, dice.whole(0, users)), method: 'POST', provider_id: index % 10 === 0 ? '' : providerId(some(dice, providers)), prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion,
    latency_ms: dice.whole(90, 60_000), status_code: failed ? 502 : 200, cost_usd: dice.fraction() / 7, error_message: failed ? phrase(dice) : '',
  }
  const path = '/v1/chat/completions'
  return scene.engine === 'sqlite'
    ? { id: loomId(scene.seed, 'req', index), ...shared, path, model_name: 'wide-70b', request_body: index % 3 === 0 ? null : '', response_body: '', metadata_json: index % 2 === 0 ? 'null' : '{"cached": false}', created_at: timestamp }
    : { ...shared, endpoint: path, model: 'wide-70b', request_body_hash: index % 3 === 0 ? null : loomId(scene.seed, 'sha', index), ip_address: `192.0.2.${index % 250}` }
}
