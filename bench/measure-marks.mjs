import { alternate } from './alternate.mjs'
import { figureOf } from './figure.mjs'
import { GROUPS } from './groups/all-groups.mjs'

/** The groups whose name matches, with their figures. One that fails is said and does not end the others. */
export async function measureMarks(bench, only) {
  const measured = []
  for (const group of GROUPS.filter(({ name }) => only.test(name))) {
    if (group.server && bench.server === null) {
      bench.skip(`${group.name}: there is no server to measure with`)
      continue
    }
    bench.say(`${group.name}, ${bench.rows.toLocaleString('en')} wide rows`)
    try {
      const { steps, figures } = whatCanRun(bench, group)
      if (figures.length === 0) continue
      await group.prepare(bench)
      const runs = await alternate(bench, steps, group.server ? bench.server : undefined)
      measured.push({ ...group, figures: figures.map((figure) => figureOf(figure, runs)) })
    } catch (error) {
      bench.fail(group.name, error)
    }
    bench.clear()
    await bench.server?.clear()
  }
  return measured
}

/** The figures whose both sides have their tools, and the steps that these need; the rest is said. */
function whatCanRun(bench, group) {
  const able = group.steps(bench).filter(({ name, tools = [] }) => {
    const lacking = tools.filter((tool) => bench.tools[tool] === null)
    if (lacking.length > 0) bench.skip(`${group.name}, ${name}: ${lacking.map(bench.missing).join(', ')}`)
    return lacking.length === 0
  })
  const names = able.map(({ name }) => name)
  const figures = group.figures.filter(({ anchor, holdall }) => names.includes(anchor) && names.includes(holdall))
  return { figures, steps: able.filter(({ name }) => figures.some(({ anchor, holdall }) => name === anchor || name === holdall)) }
}
