import { present } from '../errors/present.js'

/** A node of a graph and the ids that it points to. */
export interface GraphNode {
  readonly id: string
  readonly targets: readonly string[]
}

/**
 * Groups ids so that what is pointed to comes first. Each group is one strongly connected component, ordered by id inside.
 * Targets that are no nodes are ignored. The result depends on the graph alone, not on the order it is given in.
 */
export function connectedComponents(nodes: readonly GraphNode[]): readonly (readonly string[])[] {
  const sorted = [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1))
  const position = new Map(sorted.map((node, index) => [node.id, index]))
  const targets = sorted.map((node) => {
    const found = node.targets.map((id) => position.get(id)).filter((index) => index !== undefined)
    return [...new Set(found)].sort((a, b) => a - b)
  })
  return Object.freeze(
    components(targets).map((component) => Object.freeze(component.sort((a, b) => a - b).map((index) => present(sorted[index]).id))),
  )
}

/**
 * Tarjan's strongly connected components, with a stack of its own: schemas of many thousand tables in one chain would
 * overflow the call stack. A component is complete when all it refers to is, so the order of completion is the result's.
 */
function components(targets: readonly (readonly number[])[]): number[][] {
  const found: number[][] = []
  const visited = new Array<number>(targets.length).fill(-1)
  const lowest = new Array<number>(targets.length).fill(-1)
  const open = new Array<boolean>(targets.length).fill(false)
  const path: number[] = []
  let clock = 0

  const enter = (node: number): { node: number; next: number } => {
    visited[node] = lowest[node] = clock++
    path.push(node)
    open[node] = true
    return { node, next: 0 }
  }
  const lower = (node: number, to: number): void => {
    lowest[node] = Math.min(present(lowest[node]), to)
  }

  for (let root = 0; root < targets.length; root++) {
    if (visited[root] !== -1) continue
    const frames = [enter(root)]
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const { node } = frame
      const target = targets[node]?.[frame.next++]
      if (target !== undefined) {
        if (visited[target] === -1) frames.push(enter(target))
        else if (open[target] === true) lower(node, present(visited[target]))
        continue
      }
      frames.pop()
      const parent = frames.at(-1)
      if (parent !== undefined) lower(parent.node, present(lowest[node]))
      if (lowest[node] === visited[node]) {
        const component = path.splice(path.lastIndexOf(node))
        for (const member of component) open[member] = false
        found.push(component)
      }
    }
  }
  return found
}
