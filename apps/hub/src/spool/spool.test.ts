import { newObjectId, newStreamId } from '@hausrecht/crypto/ids'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DroppedRange } from './gaps.ts'
import { MemoryDisk } from './memory-disk.ts'
import { HEAD_BYTES, type ObjectMeta } from './record.ts'
import { Spool, type SpoolOptions } from './spool.ts'
import type { WriterState } from './writer.ts'

const STREAM = newStreamId()
const OTHER = newStreamId()

function meta(sequence: number, change: Partial<ObjectMeta> = {}): ObjectMeta {
  const leaf = 1000 + sequence
  const startMs = 5_000_000 + sequence * 2000
  return {
    stream: STREAM,
    gen: 1,
    leaf,
    objectId: newObjectId(),
    kind: 1,
    sequence,
    startMs,
    durationMs: 2000,
    lost: 0,
    ...change,
  }
}

function blob(size: number, fill: number): Uint8Array {
  return new Uint8Array(size).fill(fill)
}

type Bed = { disk: MemoryDisk; gaps: DroppedRange[]; states: WriterState[]; damage: string[]; now: number }

function bed(): Bed {
  return { disk: new MemoryDisk(), gaps: [], states: [], damage: [], now: 1_000_000 }
}

function open(bed: Bed, change: Partial<SpoolOptions> = {}): Promise<Spool> {
  return Spool.open({
    dir: '/spool',
    fs: bed.disk,
    now: () => bed.now,
    commitDelayMs: 1,
    retryMs: 1,
    onGap: async gaps => {
      bed.gaps.push(...gaps)
    },
    onState: state => bed.states.push(state),
    onDamage: path => bed.damage.push(path),
    ...change,
  })
}

async function takeAll(spool: Spool): Promise<number[]> {
  const sequences: number[] = []
  for (let entry = await spool.take(); entry !== null; entry = await spool.take()) sequences.push(entry.meta.sequence)
  return sequences
}

const logs = (disk: MemoryDisk) => disk.paths().filter(path => path.endsWith('.spool'))

describe('spool', () => {
  test('gives back what was appended, in order, in the pieces it was given', async () => {
    const it = bed()
    const spool = await open(it)
    const first = meta(0)
    expect(await spool.append(first, [blob(3, 1), blob(0, 0), blob(2, 2)])).toBe('durable')
    await spool.append(meta(1), [blob(5, 3)])
    const entry = await spool.take()
    expect(entry).toEqual({ position: 1, meta: first, blob: Uint8Array.of(1, 1, 1, 2, 2) })
    expect(await takeAll(spool)).toEqual([1])
    expect(await spool.take()).toBeNull()
  })

  test('syncs once for everything that waits', async () => {
    const it = bed()
    const spool = await open(it)
    await spool.append(meta(0), [blob(1, 0)])
    const before = it.disk.syncs
    await Promise.all([1, 2, 3, 4, 5].map(sequence => spool.append(meta(sequence), [blob(10, sequence)])))
    expect(it.disk.syncs - before).toBe(1)
  })

  test('starts again where it was: unsettled objects once more, settled ones not, positions and leaves never twice', async () => {
    const it = bed()
    const before = await open(it)
    for (let sequence = 0; sequence < 4; sequence += 1) await before.append(meta(sequence), [blob(10, sequence)])
    const entry = await before.take()
    before.settle(entry?.position ?? 0)
    await before.close()
    const after = await open(it)
    expect(after.cleanStop).toBe(true)
    expect(after.states.get(STREAM, 1)).toMatchObject({ lastLeaf: 1003, nextSequence: 4, lastEndMs: 5_008_000 })
    await after.append(meta(4), [blob(1, 4)])
    expect(await takeAll(after)).toEqual([1, 2, 3, 4])
  })

  test('knows the state of a stream whose records are long gone', async () => {
    const it = bed()
    const spool = await open(it, { fileBytes: 200 })
    for (let sequence = 0; sequence < 9; sequence += 1) {
      await spool.append(meta(sequence), [blob(300, sequence)])
      const entry = await spool.take()
      spool.settle(entry?.position ?? 0)
    }
    await spool.append(meta(0, { stream: OTHER, leaf: 7 }), [blob(300, 1)])
    await spool.close()
    expect(logs(it.disk).length).toBeLessThan(4)
    const after = await open(it)
    expect(after.states.get(STREAM, 1)).toMatchObject({ lastLeaf: 1008, nextSequence: 9 })
    expect(after.states.get(OTHER, 1)).toMatchObject({ lastLeaf: 7, nextSequence: 1 })
  })

  test('forgets a log file once all of it is settled, not before', async () => {
    const it = bed()
    const spool = await open(it, { fileBytes: 250 })
    for (let sequence = 0; sequence < 6; sequence += 1) await spool.append(meta(sequence), [blob(100, sequence)])
    const files = logs(it.disk).length
    expect(files).toBeGreaterThan(2)
    const entries = [await spool.take(), await spool.take(), await spool.take(), await spool.take()]
    for (const entry of entries.slice(1)) spool.settle(entry?.position ?? 0)
    await spool.append(meta(6), [blob(1, 6)])
    expect(logs(it.disk).length).toBeGreaterThanOrEqual(files)
    spool.settle(entries[0]?.position ?? 0)
    await spool.append(meta(7), [blob(1, 7)])
    await spool.close()
    expect(logs(it.disk).length).toBeLessThan(files)
  })

  test('a damaged object in the middle is reported, becomes a gap, and hides nothing else', async () => {
    const it = bed()
    const spool = await open(it)
    for (let sequence = 0; sequence < 3; sequence += 1) await spool.append(meta(sequence), [blob(50, sequence)])
    const path = logs(it.disk)[0] ?? ''
    const at = it.disk.bytes(path).length - 2 * (HEAD_BYTES + 50) + HEAD_BYTES + 7
    it.disk.bytes(path)[at] = 99
    expect(await takeAll(spool)).toEqual([0, 2])
    expect(it.damage).toEqual([path])
    expect(it.gaps).toEqual([
      { stream: STREAM, gen: 1, fromMs: 5_002_000, toMs: 5_004_000, lost: 1, reason: 'spool_damaged' },
    ])
  })

  test('a damaged head is reported and the next record is found again', async () => {
    const it = bed()
    const before = await open(it)
    for (let sequence = 0; sequence < 3; sequence += 1) await before.append(meta(sequence), [blob(50, sequence)])
    await before.close()
    const path = logs(it.disk)[0] ?? ''
    it.disk.bytes(path).fill(0xee, HEAD_BYTES + 3, HEAD_BYTES + 40)
    const spool = await open(it)
    expect(await takeAll(spool)).toEqual([1, 2])
    expect(it.damage).toEqual([path])
    for (const position of [2, 3]) spool.settle(position)
    expect(spool.status().unsent).toBe(0)
  })

  test('beyond its bytes the oldest unsent objects go, and the gap is told before they do', async () => {
    const it = bed()
    const spool = await open(it, { maxBytes: 4000, fileBytes: 1000 })
    for (let sequence = 0; sequence < 20; sequence += 1) await spool.append(meta(sequence), [blob(400, sequence)])
    await spool.close()
    const after = await open(it, { maxBytes: 4000, fileBytes: 1000 })
    const left = await takeAll(after)
    const lost = it.gaps.reduce((sum, gap) => sum + gap.lost, 0)
    expect(it.gaps.every(gap => gap.reason === 'spool_full')).toBe(true)
    expect(it.gaps[0]?.fromMs).toBe(5_000_000)
    expect(it.gaps.at(-1)?.toMs).toBe(5_000_000 + lost * 2000)
    expect(left).toEqual(Array.from({ length: 20 - lost }, (_, index) => lost + index))
    expect(lost).toBeGreaterThan(0)
    expect(it.disk.used).toBeLessThan(4000 + 1000)
  })

  test('what the uploader already holds is not counted as lost', async () => {
    const it = bed()
    const spool = await open(it, { maxBytes: 3000, fileBytes: 700 })
    await spool.append(meta(0), [blob(400, 0)])
    const held = await spool.take()
    for (let sequence = 1; sequence < 12; sequence += 1) await spool.append(meta(sequence), [blob(400, sequence)])
    await spool.close()
    expect(held?.meta.sequence).toBe(0)
    expect(it.gaps[0]?.fromMs).toBe(5_002_000)
  })

  test('a gap that is itself dropped is widened, not forgotten', async () => {
    const it = bed()
    const spool = await open(it, { maxBytes: 1600, fileBytes: 400 })
    await spool.append(meta(0, { kind: 5, startMs: 4_000_000, durationMs: 900_000, lost: 30 }), [blob(300, 1)])
    for (let sequence = 1; sequence < 8; sequence += 1) await spool.append(meta(sequence), [blob(300, 1)])
    await spool.close()
    expect(it.gaps[0]).toMatchObject({ fromMs: 4_000_000, lost: 30 })
  })

  test('beyond its days the oldest unsent objects go', async () => {
    const it = bed()
    const spool = await open(it, { maxAgeMs: 8000 })
    for (let sequence = 0; sequence < 20; sequence += 1) {
      await spool.append(meta(sequence), [blob(10, sequence)])
      it.now += 1000
    }
    await spool.close()
    expect(it.gaps[0]).toMatchObject({ reason: 'spool_expired', fromMs: 5_000_000 })
    const after = await open(it)
    const left = await takeAll(after)
    expect(left.at(-1)).toBe(19)
    expect(left.length).toBeGreaterThanOrEqual(8)
    expect(left.length).toBeLessThan(13)
  })

  test('a full disk: says so, keeps what fits in memory, drops the oldest of it with a reason, goes on by itself', async () => {
    const it = bed()
    const spool = await open(it, { pendingBytes: 1000 })
    await spool.append(meta(0), [blob(100, 0)])
    it.disk.capacity = it.disk.used + 150
    const outcomes = [1, 2, 3, 4, 5].map(sequence => spool.append(meta(sequence), [blob(300, sequence)]))
    expect(await outcomes[0]).toBe('dropped')
    expect(await outcomes[1]).toBe('dropped')
    expect(spool.status().state).toBe('disk_full')
    expect(it.gaps.map(gap => gap.reason)).toContain('disk_full')
    expect(it.gaps.reduce((sum, gap) => sum + gap.lost, 0)).toBe(2)
    it.disk.capacity = Number.POSITIVE_INFINITY
    expect(await Promise.all(outcomes.slice(2))).toEqual(['durable', 'durable', 'durable'])
    expect(it.states).toEqual(['disk_full', 'ok'])
    expect(await takeAll(spool)).toEqual([0, 3, 4, 5])
  })

  test('a failing sync moves on to another file and writes again what was in doubt', async () => {
    const it = bed()
    const spool = await open(it)
    await spool.append(meta(0), [blob(10, 0)])
    it.disk.failSync = Object.assign(new Error('EIO'), { code: 'EIO' })
    expect(await spool.append(meta(1), [blob(10, 1)])).toBe('durable')
    expect(it.states).toEqual(['disk_failing', 'ok'])
    expect(logs(it.disk)).toHaveLength(2)
    expect(await takeAll(spool)).toEqual([0, 1])
  })

  test('a delete order overwrites what it names, waiting or written, and it is never given out', async () => {
    const it = bed()
    const spool = await open(it)
    for (let sequence = 0; sequence < 4; sequence += 1) await spool.append(meta(sequence), [blob(64, 0xab)])
    const waiting = blob(8, 0xab)
    const outcome = spool.append(meta(4, { leaf: 1002 }), [waiting])
    expect(await spool.wipe(({ leaf }) => leaf === 1001 || leaf === 1002)).toBe(3)
    expect(await outcome).toBe('deleted')
    expect(waiting).toEqual(blob(8, 0))
    const path = logs(it.disk)[0] ?? ''
    const left = it.disk.bytes(path).filter(byte => byte === 0xab).length
    expect(left).toBeGreaterThanOrEqual(128)
    expect(left).toBeLessThan(140)
    expect(await takeAll(spool)).toEqual([0, 3])
    expect(it.damage).toEqual([])
    expect(it.gaps).toEqual([])
  })

  test('refuses what is too large and what comes after closing', async () => {
    const it = bed()
    const spool = await open(it)
    await expect(spool.append(meta(0), [new Uint8Array(64 * 1024 * 1024 + 1)])).rejects.toMatchObject({
      code: 'record_too_large',
    })
    await spool.close()
    await expect(spool.append(meta(0), [blob(1, 1)])).rejects.toMatchObject({ code: 'spool_closed' })
  })

  test('property: after any crash everything durable and unsettled comes once, in order, and no leaf is forgotten', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant('append' as const), size: fc.integer({ min: 0, max: 400 }) }),
      },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const), size: fc.integer({ min: 0, max: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), size: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), size: fc.constant(0) }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async steps => {
        const it = bed()
        const limits = { fileBytes: 900, commitDelayMs: 0 }
        let session = it.disk.session()
        let spool = await open(it, { ...limits, fs: session.fs })
        let sequence = 0
        const durable = new Set<number>()
        const settled = new Set<number>()
        const leaves: { readonly found: number; readonly least: number }[] = []
        for (const { do: what, size } of steps) {
          if (what === 'append') {
            const number = sequence
            sequence += 1
            const appended = spool.append(meta(number), [blob(size, number & 0xff)]).then(() => durable.add(number))
            if (size % 3 !== 0) await appended
            // ignores: what a crash cuts off is not durable, and is not among what must come back
            else appended.catch(() => {})
          } else if (what === 'settle') {
            for (let count = 0; count <= size; count += 1) {
              const entry = await spool.take()
              if (entry === null) break
              settled.add(entry.meta.sequence)
              spool.settle(entry.position)
            }
          } else {
            if (what === 'stop') await spool.close()
            else it.disk.crash(most => size % (most + 1))
            session.lose()
            const known = new Set(durable)
            session = it.disk.session()
            spool = await open(it, { ...limits, fs: session.fs })
            leaves.push({
              found: spool.states.get(STREAM, 1)?.lastLeaf ?? 999,
              least: 999 + Math.max(0, ...[...known].map(n => n + 1)),
            })
          }
        }
        await spool.flush()
        it.disk.crash(() => 0)
        session.lose()
        const last = await open(it, limits)
        const rest = await takeAll(last)
        expect(rest).toEqual([...new Set(rest)].sort((a, b) => a - b))
        expect(rest).toEqual(expect.arrayContaining([...durable].filter(number => !settled.has(number))))
        expect(leaves.filter(({ found, least }) => found < least)).toEqual([])
        expect(it.damage).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})
