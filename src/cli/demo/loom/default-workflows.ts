export interface DefaultWorkflow {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly description: string
  readonly nodes: readonly WorkflowNode[]
  readonly edges: readonly WorkflowEdge[]
}

export interface WorkflowNode {
  readonly key: string
  readonly type: 'task' | 'approval' | 'commit' | 'verify'
  readonly role: string
  readonly attempts: number
  readonly minutes: number
  readonly instructions: string
}

/** From the start of the workflow, or to its end, is null. */
export type WorkflowEdge = readonly [from: string | null, condition: string, to: string | null, priority: number]

const node = (key: string, type: WorkflowNode['type'], role: string, attempts: number, minutes: number, instructions: string): WorkflowNode =>
  Object.freeze({ key, type, role, attempts, minutes, instructions })

/** What every Loom brings along, under these ids: 20 nodes and 41 edges. */
export const DEFAULT_WORKFLOWS: readonly DefaultWorkflow[] = Object.freeze([
  {
    id: 'wf-bug-default',
    name: 'Bug fix',
    type: 'bug',
    description: 'From a report to a fix that was looked at',
    nodes: [
      node('investigate', 'task', 'QA Engineer', 3, 60, 'Find the cause:\n1. reproduce it\n2. name the line\n3. propose a fix'),
      node('review', 'approval', 'Product Manager', 1, 120, 'Weigh the risk of the fix.\nApprove it, or say what is missing.'),
      node('fix', 'task', 'Engineering Manager', 2, 30, 'Apply the fix that was approved, and nothing else.'),
      node('push', 'commit', 'Engineering Manager', 2, 15, 'Commit with a message that says why, then push.'),
    ],
    edges: [
      [null, 'success', 'investigate', 100],
      ['investigate', 'success', 'review', 100],
      ['investigate', 'escalated', null, 90],
      ['review', 'approved', 'fix', 100],
      ['review', 'success', 'fix', 50],
      ['review', 'rejected', 'investigate', 100],
      ['fix', 'success', 'push', 100],
      ['fix', 'failure', 'investigate', 100],
      ['push', 'success', null, 100],
      ['push', 'failure', 'fix', 100],
    ],
  },
  {
    id: 'wf-feature-default',
    name: 'Feature',
    type: 'feature',
    description: 'From a wish to a release',
    nodes: [
      node('plan', 'task', 'Product Manager', 2, 90, 'Write down what is wanted, and how it will be judged.'),
      node('approve_plan', 'approval', 'CEO', 1, 240, 'Is it worth it? – yes or no, with a reason.'),
      node('design', 'task', 'Architect', 2, 90, 'Draw the parts and the lines between them.'),
      node('build', 'task', 'Engineer', 3, 180, 'Build it in small steps, each with its test.'),
      node('check', 'verify', 'QA Engineer', 2, 60, 'Try what nobody thought of.'),
      node('merge', 'commit', 'Engineering Manager', 2, 15, 'Merge, tag, tell.'),
    ],
    edges: [
      [null, 'success', 'plan', 100],
      ['plan', 'success', 'approve_plan', 100],
      ['approve_plan', 'approved', 'design', 100],
      ['approve_plan', 'rejected', 'plan', 100],
      ['approve_plan', 'timeout', null, 10],
      ['design', 'success', 'build', 100],
      ['build', 'success', 'check', 100],
      ['build', 'failure', 'design', 80],
      ['build', 'escalated', null, 90],
      ['check', 'success', 'merge', 100],
      ['check', 'failure', 'build', 100],
      ['merge', 'success', null, 100],
    ],
  },
  {
    id: 'wf-self-improvement',
    name: 'Self-improvement',
    type: 'self-improvement',
    description: 'Loom looks at itself',
    nodes: [
      node('observe', 'task', 'Analyst', 2, 45, 'Read the logs of the week: what was slow, what was dear, what failed?'),
      node('propose', 'task', 'Architect', 2, 60, 'One change, the smallest that helps.'),
      node('decide', 'approval', 'CEO', 1, 480, 'Approve or reject.'),
      node('change', 'task', 'Engineer', 3, 120, 'Make the change behind a switch.'),
      node('keep', 'commit', 'Engineering Manager', 1, 15, 'Keep it if the figures are better – else take it back.'),
    ],
    edges: [
      [null, 'success', 'observe', 100],
      ['observe', 'success', 'propose', 100],
      ['observe', 'failure', null, 50],
      ['propose', 'success', 'decide', 100],
      ['decide', 'approved', 'change', 100],
      ['decide', 'rejected', null, 100],
      ['change', 'success', 'keep', 100],
      ['change', 'failure', 'propose', 100],
      ['change', 'escalated', null, 90],
      ['keep', 'success', null, 100],
    ],
  },
  {
    id: 'wf-ui-default',
    name: 'Interface',
    type: 'ui',
    description: 'Changes that people see',
    nodes: [
      node('sketch', 'task', 'Designer', 2, 60, 'Two sketches, light and dark.'),
      node('choose', 'approval', 'Product Manager', 1, 120, 'Choose one.'),
      node('implement', 'task', 'Web Engineer', 3, 120, 'Markup first, then style; naïve users – “and screen readers” – too.'),
      node('look', 'verify', 'QA Engineer', 2, 30, 'Screenshots at 320, 768 and 1440 pixels.'),
      node('publish', 'commit', 'Engineering Manager', 2, 15, 'Commit, push, publish.'),
    ],
    edges: [
      [null, 'success', 'sketch', 100],
      ['sketch', 'success', 'choose', 100],
      ['choose', 'approved', 'implement', 100],
      ['choose', 'rejected', 'sketch', 100],
      ['implement', 'success', 'look', 100],
      ['implement', 'escalated', null, 90],
      ['look', 'success', 'publish', 100],
      ['look', 'failure', 'implement', 100],
      ['publish', 'success', null, 100],
    ],
  },
])
