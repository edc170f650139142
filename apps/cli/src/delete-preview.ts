import { outward } from '@hausrecht/client/delete'
import type { OpenDevice } from '@hausrecht/client/device'
import type { StreamId } from '@hausrecht/crypto/ids'
import { leafStart, nextLeaf } from '@hausrecht/keytree/leaf'

/** What a deletion would take: stretches of time with something in them, and how much. */
export type Preview = Readonly<{
  spans: readonly Readonly<{ from: number; to: number }>[]
  bytes: number
  objects: number
}>

/** Objects that lie nearer to each other than this belong to one stretch, ms. */
const TOGETHER_MS = 30_000

/** Lists what the vault keeps of the range, widened to whole segments as the order will be. */
export async function preview(
  device: OpenDevice,
  streams: readonly StreamId[],
  range: { from: number; to: number },
): Promise<Preview> {
  const times: { from: number; to: number }[] = []
  let [bytes, objects] = [0, 0]
  for (const stream of streams) {
    const { lo, hi } = await outward(device, stream, range)
    for (let cursor: string | null = null, more = true; more; ) {
      const page = await device.vault.listObjects({ stream, lo, hi }, cursor)
      for (const { leaf, size } of page.objects) {
        times.push({ from: leafStart(leaf), to: leafStart(nextLeaf(leaf)) })
        bytes += size
        objects++
      }
      cursor = page.next
      more = cursor !== null
    }
  }
  const spans: { from: number; to: number }[] = []
  for (const time of times.sort((a, b) => a.from - b.from)) {
    const last = spans.at(-1)
    if (last !== undefined && time.from - last.to <= TOGETHER_MS) last.to = Math.max(last.to, time.to)
    else spans.push({ ...time })
  }
  return { spans, bytes, objects }
}
