import { DEFAULT_WORKFLOWS } from '../default-workflows.js'
import { loomId, type Dice } from '../dice.js'
import type { LoomScene } from '../loom-row.js'

const PROJECTS = ['loom-self', 'website', 'ärzteportal', 'mobile-app', 'billing', 'data-lake'] as const
const PROVIDERS = ['openai-main', 'local-vllm', 'anthropic', 'mistral', 'ollama-büro'] as const

/** People choose the ids of projects and providers, so that several databases have the same. */
export function projectId(index: number): string {
  return PROJECTS[index] ?? `project-${index + 1}`
}

export function providerId(index: number): string {
  return PROVIDERS[index] ?? `provider-${index + 1}`
}

/** The first user is the administrator, who is there already. */
export function userId(scene: LoomScene, index: number): string {
  return index === 0 ? 'user-admin' : loomId(scene.seed, 'user', index)
}

export const agentId = (scene: LoomScene, index: number): string => loomId(scene.seed, 'agent', index)

/** The workflow of an execution: mostly one of all projects. */
export function workflowId(scene: LoomScene, dice: Dice): string {
  const index = dice.whole(0, DEFAULT_WORKFLOWS.length + scene.counts.workflows - 1)
  return DEFAULT_WORKFLOWS[index]?.id ?? loomId(scene.seed, 'wf', index - DEFAULT_WORKFLOWS.length)
}

/** The index of some row of a table of which there are `count`. */
export const some = (dice: Dice, count: number): number => dice.whole(0, count - 1)
