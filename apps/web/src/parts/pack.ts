/** Places pictures of given shapes in a box: in rows, in their order, each shown whole and as large as the box allows. */
export type Spot = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type Packing = { readonly spots: readonly Spot[]; readonly width: number; readonly height: number }

export type Box = {
  readonly width: number
  /** Height that can be seen at once. */
  readonly height: number
  readonly gap: number
  /** No picture is smaller than a 16:9 one of this width: rather the packing grows beyond the box's height, and the page scrolls. */
  readonly smallest: number
  /** Rows are always as wide as the box, however high that gets: for a page that scrolls anyway. */
  readonly fill?: boolean
}

/** Beyond this, every way to cut the rows is no longer tried; the wall of a house has fewer. */
export const PACK_MOST = 16

/** How much a large difference between the highest and the lowest row counts against a packing. */
const EVENNESS = 0.7

type Row = { readonly from: number; readonly to: number; readonly height: number }
type Layout = { readonly rows: readonly Row[]; readonly scale: number; readonly score: number }

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

/** A layout for the given ends of rows: rows as wide as the box, then all smaller alike until they fit its height. */
function layOut(aspects: readonly number[], ends: readonly number[], box: Box): Layout {
  let from = 0
  const rows = ends.map((to): Row => {
    const shapes = aspects.slice(from, to)
    const row = { from, to, height: (box.width - box.gap * (shapes.length - 1)) / sum(shapes) }
    from = to
    return row
  })
  const room = Math.max(1, box.height - box.gap * (rows.length - 1))
  const fitting = Math.min(1, room / sum(rows.map(row => row.height)))
  const pictures = rows.flatMap(row => aspects.slice(row.from, row.to).map(aspect => ({ aspect, height: row.height })))
  // As wide as a 16:9 picture of the same area.
  const narrowest = Math.min(...pictures.map(({ aspect, height }) => height * Math.sqrt((aspect * 16) / 9)))
  const scale = box.fill ? 1 : Math.min(1, Math.max(fitting, box.smallest / narrowest))
  const areas = pictures.map(({ aspect, height }) => aspect * (height * scale) ** 2)
  const heights = rows.map(row => row.height)
  const even = (Math.min(...heights) / Math.max(...heights)) ** EVENNESS
  const tooNarrow = narrowest * scale < box.smallest - 0.5 ? 0.05 : 1
  const seen = Math.min(1, room / (sum(rows.map(row => row.height)) * scale)) ** 2
  return { rows, scale, score: sum(areas) * even * tooNarrow * seen }
}

/** All ways to cut a sequence into rows. */
function* cuts(count: number): Generator<readonly number[]> {
  for (let mask = 0; mask < 2 ** (count - 1); mask++) {
    const ends: number[] = []
    for (let i = 0; i < count - 1; i++) if (mask & (1 << i)) ends.push(i + 1)
    yield [...ends, count]
  }
}

/** Rows of equal length, for more than are tried in every way. */
function* regular(count: number): Generator<readonly number[]> {
  for (let columns = 1; columns <= count; columns++) {
    const ends: number[] = []
    for (let end = columns; end < count; end += columns) ends.push(end)
    yield [...ends, count]
  }
}

/**
 * @param aspects width by height of each picture, in order
 * @returns spots in CSS pixels, in the same order; none overlaps another or reaches beyond the box's width
 */
export function pack(aspects: readonly number[], box: Box): Packing {
  if (aspects.length === 0 || box.width <= 0) return { spots: [], width: box.width, height: 0 }
  let best: Layout | null = null
  for (const ends of aspects.length <= PACK_MOST ? cuts(aspects.length) : regular(aspects.length)) {
    const layout = layOut(aspects, ends, box)
    if (best === null || layout.score > best.score) best = layout
  }
  const spots: Spot[] = []
  let y = 0
  for (const row of best?.rows ?? []) {
    const height = row.height * (best?.scale ?? 1)
    const shapes = aspects.slice(row.from, row.to)
    const wide = sum(shapes) * height + box.gap * (shapes.length - 1)
    let x = (box.width - wide) / 2
    for (const aspect of shapes) {
      spots.push({ x, y, width: aspect * height, height })
      x += aspect * height + box.gap
    }
    y += height + box.gap
  }
  return { spots, width: box.width, height: y - box.gap }
}
