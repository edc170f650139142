/** The key tree of the model: five levels instead of thirty-two, nodes by name and without seeds. */
export const DEPTH = 5
export const LEAVES = 2 ** DEPTH

export type SmallNode = { readonly depth: number; readonly prefix: number }
/** Disjoint nodes. */
export type SmallCover = readonly SmallNode[]
export type SmallRange = { readonly lo: number; readonly hi: number }

export const ROOT: SmallNode = { depth: 0, prefix: 0 }

const rangeOf = ({ depth, prefix }: SmallNode): SmallRange => {
  const width = 2 ** (DEPTH - depth)
  return { lo: prefix * width, hi: (prefix + 1) * width - 1 }
}
export const halves = ({ depth, prefix }: SmallNode): SmallCover =>
  depth === DEPTH ? [] : [0, 1].map(bit => ({ depth: depth + 1, prefix: prefix * 2 + bit }))

/** What is left of a cover without a range. */
export const punctured = (cover: SmallCover, { lo, hi }: SmallRange): SmallCover =>
  cover.flatMap(node => {
    const own = rangeOf(node)
    if (own.hi < lo || hi < own.lo) return [node]
    return lo <= own.lo && own.hi <= hi ? [] : punctured(halves(node), { lo, hi })
  })

/** Two covers together: a node above another one takes its place. */
export function joined(a: SmallCover, b: SmallCover): SmallCover {
  const all = [...a, ...b.filter(node => !a.some(other => same(node, other)))]
  return all.filter(node => !all.some(other => other !== node && above(other, node)))
}

const same = (a: SmallNode, b: SmallNode): boolean => a.depth === b.depth && a.prefix === b.prefix
const above = (a: SmallNode, b: SmallNode): boolean =>
  a.depth < b.depth && Math.floor(b.prefix / 2 ** (b.depth - a.depth)) === a.prefix

export const leavesOf = (cover: SmallCover): readonly number[] =>
  cover.flatMap(node => {
    const { lo, hi } = rangeOf(node)
    return Array.from({ length: hi - lo + 1 }, (_, i) => lo + i)
  })
