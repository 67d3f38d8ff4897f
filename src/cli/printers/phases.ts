import type { Phase } from '../../progress/progress.js'

/** What is going on, for a bar. */
export const GOING_ON: Readonly<Record<Phase, string>> = Object.freeze({
  select: 'selecting',
  read: 'reading',
  write: 'writing',
  stage: 'staging',
  compare: 'comparing',
  apply: 'applying',
  settle: 'checking references',
  verify: 'verifying',
  publish: 'publishing',
  send: 'sending',
  receive: 'receiving',
})

/** What was done, for a line. */
export const DONE: Readonly<Record<Phase, string>> = Object.freeze({
  select: 'selected',
  read: 'read',
  write: 'written',
  stage: 'staged',
  compare: 'compared',
  apply: 'applied',
  settle: 'references checked',
  verify: 'verified',
  publish: 'published',
  send: 'sent',
  receive: 'received',
})
