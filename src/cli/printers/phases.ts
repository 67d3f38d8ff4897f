import type { ProgressEvent } from '../../progress/progress.js'

type Phase = ProgressEvent['phase']

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
})
