import { join } from 'node:path'
import { measure } from '../machine/measure.mjs'

/**
 * Runs a program of anchors/ over a sample of the wide rows with their links and parents. What each table took is scaled
 * by its rows, the commit is not: that is kind to the anchor.
 */
export async function rowByRow(program, target, edited, sample) {
  const measured = await measure(`node ${join(import.meta.dirname, '../anchors', program)} '${target}' '${edited}' ${sample}`)
  const { tables, commit } = JSON.parse(measured.output)
  const seconds = tables.reduce((sum, { seconds: took, rows, total }) => sum + (took * total) / rows, commit)
  return { ...measured, seconds, scaled: true }
}
