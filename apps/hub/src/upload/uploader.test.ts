import { newObjectId, newStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SpoolEntry } from '../spool/reader.ts'
import { RETRY_AFTER_MOST_MS, RETRY_MOST_MS, UPLOAD_WINDOW, UPLOADS_IN_FLIGHT } from './limits.ts'
import { type PutResult, Uploader, type UploaderOptions } from './uploader.ts'

const streams: readonly StreamId[] = Array.from({ length: 6 }, () => newStreamId())

function entries(count: number, kinds: number): SpoolEntry[] {
  return Array.from({ length: count }, (_, i) => ({
    position: i + 1,
    blob: new Uint8Array(10).fill(i),
    meta: {
      stream: streams[i % kinds] ?? newStreamId(),
      gen: 1,
      leaf: i,
      objectId: newObjectId(),
      kind: 1,
      sequence: Math.floor(i / kinds),
      startMs: 0,
      durationMs: 2000,
      lost: 0,
    },
  }))
}

class Bed {
  readonly waiting: SpoolEntry[]
  readonly settled: number[] = []
  readonly calls: { readonly entry: SpoolEntry; readonly answer: (result: PutResult) => void }[] = []
  readonly reachable: (string | null)[] = []
  readonly refused: string[] = []
  taken = 0
  more: (() => void)[] = []
  readonly uploader: Uploader

  constructor(list: readonly SpoolEntry[], change: Partial<UploaderOptions> = {}) {
    this.waiting = [...list]
    this.uploader = new Uploader({
      spool: {
        take: async () => {
          const entry = this.waiting.shift() ?? null
          if (entry !== null) this.taken += 1
          return entry
        },
        more: () => new Promise(resolve => this.more.push(resolve)),
        settle: position => this.settled.push(position),
      },
      put: entry => new Promise(answer => this.calls.push({ entry, answer })),
      isDeleted: () => false,
      now: () => 42,
      onRefused: async (_, code) => {
        this.refused.push(code)
      },
      onReachable: (yes, code) => this.reachable.push(yes ? 'yes' : code),
      random: () => 1,
      ...change,
    })
  }

  /** Answers the calls that wait now. */
  async answer(result: PutResult): Promise<void> {
    for (const call of this.calls.splice(0)) call.answer(result)
    await vi.advanceTimersByTimeAsync(0)
  }

  close(): Promise<void> {
    const closed = this.uploader.close()
    for (const resolve of this.more) resolve()
    for (const call of this.calls) call.answer({ type: 'later', code: 'closed' })
    return closed
  }
}

let bed: Bed
beforeEach(() => vi.useFakeTimers())
afterEach(async () => {
  await bed.close()
  vi.useRealTimers()
})

const begin = async (list: readonly SpoolEntry[], change: Partial<UploaderOptions> = {}) => {
  bed = new Bed(list, change)
  await vi.advanceTimersByTimeAsync(0)
}
const STORED: PutResult = { type: 'stored' }

describe('uploader', () => {
  test('one upload of a stream at a time, in order; some streams at once', async () => {
    await begin(entries(24, 6))
    expect(bed.calls).toHaveLength(UPLOADS_IN_FLIGHT)
    const seen = new Map<string, number[]>()
    for (let round = 0; round < 20 && bed.settled.length < 24; round += 1) {
      for (const { entry } of bed.calls)
        seen.set(entry.meta.stream, [...(seen.get(entry.meta.stream) ?? []), entry.meta.sequence])
      await bed.answer(STORED)
    }
    expect(bed.settled).toHaveLength(24)
    expect([...seen.values()]).toEqual(Array.from({ length: 6 }, () => [0, 1, 2, 3]))
    expect(bed.uploader.lastAckMs).toBe(42)
  })

  test('holds no more than its window of the spool', async () => {
    await begin(entries(100, 1))
    expect(bed.taken).toBe(UPLOAD_WINDOW)
    expect(bed.calls).toHaveLength(1)
  })

  test('goes on when the spool has more', async () => {
    const list = entries(2, 1)
    await begin(list.slice(0, 1))
    await bed.answer(STORED)
    expect(bed.settled).toEqual([1])
    bed.waiting.push(...list.slice(1))
    for (const resolve of bed.more.splice(0)) resolve()
    await vi.advanceTimersByTimeAsync(0)
    await bed.answer(STORED)
    expect(bed.settled).toEqual([1, 2])
  })

  test('a vault that is away is asked again, ever less often, one object at a time, and nothing is skipped', async () => {
    await begin(entries(6, 6))
    await bed.answer({ type: 'later', code: 'unreachable' })
    expect(bed.reachable).toEqual(['unreachable'])
    let attempts = 0
    for (let second = 0; second < 600; second += 1) {
      await vi.advanceTimersByTimeAsync(1000)
      expect(bed.calls.length).toBeLessThanOrEqual(1)
      attempts += bed.calls.length
      await bed.answer({ type: 'later', code: 'unreachable' })
    }
    expect(attempts).toBeGreaterThan(8)
    expect(attempts).toBeLessThan(25)
    await vi.advanceTimersByTimeAsync(RETRY_MOST_MS)
    for (let round = 0; round < 8; round += 1) await bed.answer(STORED)
    expect([...bed.settled].sort()).toEqual([1, 2, 3, 4, 5, 6])
    expect(bed.reachable).toEqual(['unreachable', 'yes'])
  })

  test('waits as long as the vault asks, but not for ever', async () => {
    await begin(entries(1, 1))
    await bed.answer({ type: 'later', code: 'busy', retryAfterMs: 30_000 })
    await vi.advanceTimersByTimeAsync(29_000)
    expect(bed.calls).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1001)
    expect(bed.calls).toHaveLength(1)
    await bed.answer({ type: 'later', code: 'busy', retryAfterMs: 86_400_000 })
    await vi.advanceTimersByTimeAsync(RETRY_AFTER_MOST_MS + 1)
    expect(bed.calls).toHaveLength(1)
  })

  test('what a delete order names is never sent, and is wiped', async () => {
    const list = entries(2, 2)
    await begin(list, { isDeleted: meta => meta.leaf === 0 })
    expect(bed.calls.map(({ entry }) => entry.position)).toEqual([2])
    expect(bed.settled).toEqual([1])
    expect(list[0]?.blob).toEqual(new Uint8Array(10))
  })

  test('on the vault’s word that something was deleted nothing goes: only when this hub knows of it', async () => {
    let known = false
    await begin(entries(1, 1), { isDeleted: () => known })
    await bed.answer({ type: 'deleted' })
    expect([bed.settled, bed.reachable]).toEqual([[], ['deleted_range']])
    await vi.advanceTimersByTimeAsync(1001)
    known = true
    await bed.answer({ type: 'deleted' })
    expect(bed.settled).toEqual([1])
  })

  test('an object that was deleted while it was sent, or is refused for good, holds nobody up; a refusal is told first', async () => {
    const deleted = new Set<number>()
    await begin(entries(3, 1), { isDeleted: ({ sequence }) => deleted.has(sequence) })
    deleted.add(bed.calls[0]?.entry.meta.sequence ?? -1)
    await bed.answer({ type: 'deleted' })
    await bed.answer({ type: 'refused', code: 'object_differs' })
    expect(bed.refused).toEqual(['object_differs'])
    await bed.answer(STORED)
    expect(bed.settled).toEqual([1, 2, 3])
  })

  test('an error in sending is a failure like others', async () => {
    let calls = 0
    await begin(entries(1, 1), {
      put: async () => {
        calls += 1
        if (calls === 1) throw new Error('socket')
        return STORED
      },
    })
    expect(bed.reachable).toEqual(['socket'])
    await vi.advanceTimersByTimeAsync(1001)
    expect(bed.settled).toEqual([1])
  })

  test('closing gives up what is under way', async () => {
    await begin(entries(1, 1))
    await bed.close()
    expect(bed.settled).toEqual([])
  })
})
