import type { Engine, Schema } from '../schema.js'
import type { NameAllocator } from './name-allocator.js'
import type { Surveys } from './survey-of.js'

/** What keys, indexes, references and checks need to know beside their own table. */
export interface ConstraintPlan {
  readonly from: Schema
  readonly to: Engine
  readonly surveys: Surveys
  readonly names: NameAllocator
}

