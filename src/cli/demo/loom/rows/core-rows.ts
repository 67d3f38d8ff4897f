import { loomId, rollDice } from '../dice.js'
import type { RowsOfTables } from '../loom-row.js'
import { later } from '../loom-time.js'
import { agentId, projectId, providerId, some, userId } from './ids.js'
import { bead, phrase, prose } from './words.js'

const ROLES = ['Engineer', 'QA Engineer', 'Product Manager', 'CEO'] as const

export const CORE_ROWS: RowsOfTables = Object.freeze({
  *providers(scene) {
    const dice = rollDice(scene.seed, 'providers')
    for (let index = 0; index < scene.counts.providers; index += 1) {
      const id = providerId(index)
      const tags = index % 3 === 2 ? [] : ['fast', 'größe "L"', 'a,b\\c'].slice(0, 1 + (index % 3))
      const made = dice.moment(index, scene.counts.providers)
      yield {
        id, name: `Provider ${id}`, type: index % 2 === 0 ? 'openai' : 'local', endpoint: `https://${index}.models.example/v1`, model: 'wide-70b',
        configured_model: index % 2 === 0 ? '' : 'wide-70b', selected_model: null, selection_reason: '', model_score: dice.fraction(), selected_gpu: '',
        gpu_constraints_json: index === 1 ? '{"min_vram_gb": 24.0, "vendor": "π"}' : '', description: index === 2 ? null : '',
        requires_key: index % 2 === 0, key_id: index % 2 === 0 ? `${id}-api-key` : '', owner_id: index === 0 ? userId(scene, 0) : null, is_shared: index !== 3,
        status: index === 4 ? 'error' : 'active', last_heartbeat_at: index === 4 ? null : later(made, 3600), last_heartbeat_latency_ms: dice.whole(20, 900),
        last_heartbeat_error: '', metrics_json: `{"tokens": ${9_007_199_254_740_993n + BigInt(index)}, "ratio": 1.50}`, attributes_json: null,
        created_at: made, updated_at: later(made, 5400), cost_per_mtoken: dice.fraction() * 10, context_window: 8192 * (index + 1),
        supports_function: true, supports_vision: index % 2 === 1, supports_streaming: true,
        // The two engines of the application keep them in two ways.
        ...(scene.engine === 'sqlite' ? { tags_json: index === 4 ? null : JSON.stringify(tags) } : { tags: index === 4 ? null : tags }),
      }
    }
  },

  *projects(scene) {
    const dice = rollDice(scene.seed, 'projects')
    for (let index = 0; index < scene.counts.projects; index += 1) {
      const made = dice.moment(index, scene.counts.projects)
      const closed = index % 5 === 4
      yield {
        id: projectId(index), name: `${projectId(index)} – ${phrase(dice)}`, git_repo: `git@git.example:loom/${index}.git`, branch: 'main', beads_path: '.beads',
        parent_id: index % 3 === 2 ? projectId(index - 2) : null, is_perpetual: index === 0, is_sticky: index === 0, git_strategy: index % 2 === 0 ? 'direct' : 'branch',
        status: closed ? 'closed' : 'open', context_json: index % 2 === 0 ? '' : '{"build": "make \\u00fc", "timeout": 1e3}', attributes_json: index === 1 ? 'null' : null,
        created_at: made, updated_at: later(made, 86_400 * dice.fraction()), closed_at: closed ? later(made, 90_000) : null, due_date: index === 1 ? later(made, 30 * 86_400) : null,
      }
    }
  },

  *org_charts(scene) {
    const dice = rollDice(scene.seed, 'org_charts')
    for (let index = 0; index < scene.counts.org_charts; index += 1) {
      const made = dice.moment(index, scene.counts.org_charts)
      // The first is the template of all the others.
      yield {
        id: loomId(scene.seed, 'chart', index), project_id: projectId(Math.max(index - 1, 0)), name: index === 0 ? 'Template' : `Team ${index}`, is_template: index === 0,
        parent_id: index === 0 ? null : loomId(scene.seed, 'chart', 0), attributes_json: null, created_at: made, updated_at: made,
      }
    }
  },

  *org_chart_positions(scene) {
    const dice = rollDice(scene.seed, 'org_chart_positions')
    const { org_chart_positions: count } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const place = index % ROLES.length
      yield {
        id: loomId(scene.seed, 'position', index), org_chart_id: loomId(scene.seed, 'chart', Math.floor(index / ROLES.length)), role_name: ROLES.at(-1 - place) ?? 'CEO',
        persona_path: `personas/default/${place}`, required: place === 0, max_instances: place, reports_to: place === 0 ? null : loomId(scene.seed, 'position', index - 1),
        attributes_json: null, created_at: dice.moment(index, count),
      }
    }
  },

  *agents(scene) {
    const dice = rollDice(scene.seed, 'agents')
    const { agents: count, providers, projects, org_chart_positions: positions } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const started = dice.moment(index, count)
      const idle = index % 4 === 3
      yield {
        id: agentId(scene, index), name: `Agent ${index} ${dice.pick(['Ada', 'Łukasz', '花子'])}`, role: dice.pick(ROLES), persona_name: index % 2 === 0 ? '' : 'default/engineer',
        provider_id: idle ? null : providerId(some(dice, providers)), status: idle ? 'idle' : 'working', current_bead: idle ? '' : bead(dice),
        project_id: index % 6 === 5 ? null : projectId(index % projects), position_id: index % 3 === 0 ? loomId(scene.seed, 'position', some(dice, positions)) : null,
        attributes_json: null, started_at: started, last_active: later(started, 86_400 * dice.fraction()),
      }
    }
  },

  *credentials(scene) {
    const dice = rollDice(scene.seed, 'credentials')
    const { credentials: count } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const made = dice.moment(index, count)
      yield {
        id: loomId(scene.seed, 'cred', index), project_id: projectId(index), private_key_encrypted: 'keymanager',
        public_key: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${Buffer.from(prose(dice, 1)).toString('base64url').slice(0, 30)} loom@${projectId(index)}`,
        key_id: `ssh-${projectId(index)}`, description: index === 1 ? null : '', created_at: made, updated_at: made, rotated_at: index === 2 ? later(made, 7200) : null,
      }
    }
  },
})
