import { loomId, rollDice } from '../dice.js'
import type { RowsOfTables } from '../loom-row.js'
import { later } from '../loom-time.js'
import { agentId, projectId, providerId, some, userId } from './ids.js'
import { bead, PEOPLE, phrase, prose } from './words.js'

const username = (index: number): string => (index === 0 ? 'admin' : `${PEOPLE[(index - 1) % PEOPLE.length] ?? 'user'}${index > PEOPLE.length ? index : ''}`)

export const ACTIVITY_ROWS: RowsOfTables = Object.freeze({
  *users(scene) {
    const dice = rollDice(scene.seed, 'users')
    for (let index = 1; index <= scene.counts.users; index += 1) {
      const made = dice.moment(index - 1, scene.counts.users)
      yield { id: userId(scene, index), username: username(index), email: index % 3 === 0 ? null : `user${index}@example.org`, role: dice.pick(['user', 'viewer', 'service']), is_active: index % 4 !== 3, created_at: made, updated_at: made }
    }
  },

  *activity_feed(scene) {
    const dice = rollDice(scene.seed, 'activity_feed')
    const { activity_feed: count, projects, agents, providers, users } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const byAgent = dice.chance(0.7)
      const agent = agentId(scene, some(dice, agents))
      const kind = dice.pick(['bead', 'project', 'agent', 'provider'])
      const project = projectId(some(dice, projects))
      const provider = providerId(some(dice, providers))
      yield {
        id: loomId(scene.seed, 'act', index), event_type: `${kind}.updated`, event_id: index % 7 === 0 ? null : `evt-${index}`, timestamp: dice.moment(index, count), source: dice.pick(['dispatcher', 'api', 'gitops']),
        actor_id: byAgent ? agent : userId(scene, dice.whole(0, users)), actor_type: byAgent ? 'agent' : 'user', project_id: index % 11 === 10 ? null : project, agent_id: byAgent ? agent : null,
        bead_id: kind === 'bead' ? bead(dice) : '', provider_id: index % 5 === 0 ? provider : null, action: dice.pick(['created', 'updated', 'closed']),
        resource_type: kind, resource_id: { bead: bead(dice), project, agent, provider }[kind], resource_title: index % 4 === 0 ? '' : phrase(dice),
        metadata_json: index % 3 === 0 ? '' : `{"step": ${index}, "cost": ${dice.fraction()}, "note": "ünïcode"}`, aggregation_key: index % 9 === 0 ? `${kind}:${project}` : null,
        aggregation_count: index % 9 === 0 ? dice.whole(2, 40) : 1, is_aggregated: index % 9 === 0, visibility: index % 13 === 0 ? 'global' : 'project',
      }
    }
  },

  *notifications(scene) {
    const dice = rollDice(scene.seed, 'notifications')
    const { notifications: count, activity_feed: activities, users } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const made = dice.moment(index, count)
      const read = dice.chance(0.5)
      yield {
        id: loomId(scene.seed, 'notif', index), user_id: userId(scene, dice.whole(0, users)), activity_id: index % 8 === 7 ? null : loomId(scene.seed, 'act', some(dice, activities)), event_type: 'bead.updated',
        title: phrase(dice), message: prose(dice, 1), link: index % 2 === 0 ? '' : `/beads/${bead(dice)}`, status: read ? 'read' : 'unread', priority: dice.pick(['low', 'normal', 'high']),
        metadata_json: null, created_at: made, read_at: read ? later(made, 600) : null, archived_at: null,
      }
    }
  },

  *notification_preferences(scene) {
    const dice = rollDice(scene.seed, 'notification_preferences')
    const { notification_preferences: count } = scene.counts
    // A column of times takes '' in SQLite alone.
    const none = scene.engine === 'sqlite' ? '' : null
    for (let index = 0; index < count; index += 1) {
      yield {
        id: loomId(scene.seed, 'pref', index), user_id: userId(scene, index), enable_in_app: true, enable_email: dice.chance(0.5), enable_webhook: false, subscribed_events_json: '["bead.updated","agent.*"]',
        quiet_hours_start: index % 2 === 0 ? '22:00' : none, quiet_hours_end: index % 2 === 0 ? '07:30' : null, project_filters_json: index === 0 ? '' : `["${projectId(0)}"]`, updated_at: dice.moment(index, count),
      }
    }
  },

  *bead_comments(scene) {
    const dice = rollDice(scene.seed, 'bead_comments')
    const { bead_comments: count, users } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const author = dice.whole(0, users)
      const made = dice.moment(index, count)
      const edited = index % 6 === 5
      yield {
        id: loomId(scene.seed, 'comment', index), bead_id: bead(dice), parent_id: index > 0 && dice.chance(0.4) ? loomId(scene.seed, 'comment', some(dice, index)) : null, author_id: userId(scene, author),
        author_username: username(author), content: prose(dice, dice.whole(1, 4)), created_at: made, updated_at: edited ? later(made, 300) : made, edited, deleted: index % 17 === 16,
      }
    }
  },

  *comment_mentions(scene) {
    const dice = rollDice(scene.seed, 'comment_mentions')
    const { comment_mentions: count, bead_comments: comments, users } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const user = dice.whole(0, users)
      const made = dice.moment(index, count)
      yield { id: loomId(scene.seed, 'mention', index), comment_id: loomId(scene.seed, 'comment', some(dice, comments)), mentioned_user_id: userId(scene, user), mentioned_username: username(user), notified_at: index % 2 === 0 ? later(made, 5) : null, created_at: made }
    }
  },

  *conversation_contexts(scene) {
    const dice = rollDice(scene.seed, 'conversation_contexts')
    const { conversation_contexts: count, projects } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const made = dice.moment(index, count)
      const messages = Array.from({ length: dice.whole(1, 6) }, (_none, turn) => ({ role: turn % 2 === 0 ? 'user' : 'assistant', content: prose(dice, 3) }))
      yield {
        session_id: loomId(scene.seed, 'session', index), bead_id: bead(dice), project_id: projectId(some(dice, projects)), messages: { kind: 'bytes-text', text: JSON.stringify(messages) },
        created_at: made, updated_at: later(made, 900), expires_at: later(made, 86_400), token_count: dice.whole(100, 90_000), metadata: { kind: 'bytes-text', text: index % 3 === 0 ? '{}' : '{"agent": "größe"}' },
      }
    }
  },
})
