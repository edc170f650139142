import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newObjectId, newStreamId } from '@hausrecht/crypto/ids'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DroppedRange } from './gaps.ts'
import { Spool } from './spool.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hausrecht-spool-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const STREAM = newStreamId()
const meta = (sequence: number) => ({
  stream: STREAM,
  gen: 1,
  leaf: sequence + 1,
  objectId: newObjectId(),
  kind: 1,
  sequence,
  startMs: sequence * 2000,
  durationMs: 2000,
  lost: 0,
})

test('killed twenty times while it writes: what was durable is there, whole and in order, and nothing is numbered twice', async () => {
  const durable = new Set<number>()
  let newest = -1
  for (let round = 0; round < 20; round += 1) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'appender.ts'), dir, STREAM], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    const enough = 20 + ((round * 37) % 60)
    child.stdout.setEncoding('utf8').on('data', part => {
      text += part
      if (text.split('\n').length > enough) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const lines = text.split('\n').slice(0, -1)
    const start = Number(lines[0]?.split(' ')[1])
    expect(start).toBeGreaterThan(newest)
    for (const line of lines.slice(1)) durable.add(Number(line.split(' ')[1]))
    newest = Math.max(...durable)
  }
  const spool = await Spool.open({ dir, now: Date.now })
  const read: number[] = []
  for (let entry = await spool.take(); entry !== null; entry = await spool.take()) {
    read.push(entry.meta.sequence)
    expect(entry.blob).toEqual(new Uint8Array((entry.meta.sequence * 7919) % 20_000).fill(entry.meta.sequence))
    spool.settle(entry.position)
  }
  expect(read).toEqual([...read].sort((a, b) => a - b))
  expect(new Set(read).size).toBe(read.length)
  expect(read).toEqual(read.map((_, i) => i))
  for (const number of durable) expect(read.length).toBeGreaterThan(number)
  await spool.close()
  expect((await readdir(dir)).filter(name => name.endsWith('.spool')).length).toBeLessThan(3)
})

test('cut off at any byte: everything before the cut is read', async () => {
  const first = await Spool.open({ dir, now: Date.now })
  for (let sequence = 0; sequence < 5; sequence += 1)
    await first.append(meta(sequence), [new Uint8Array(100).fill(sequence)])
  await first.close()
  const name = (await readdir(dir)).find(found => found.endsWith('.spool')) ?? ''
  // Snapshot of an empty state (96), five records of 196, the mark of the stop (96).
  for (const [length, whole] of [
    [96 + 5 * 196 + 95, 5],
    [96 + 5 * 196, 5],
    [96 + 4 * 196 + 195, 4],
    [96 + 3 * 196 + 10, 3],
    [96, 0],
  ] as const) {
    await truncate(join(dir, name), length)
    const spool = await Spool.open({ dir, now: Date.now })
    expect(spool.cleanStop).toBe(false)
    let count = 0
    while ((await spool.take()) !== null) count += 1
    expect(count).toBe(whole)
  }
})

const mayMount = process.getuid?.() === 0 && mounts()

function mounts(): boolean {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

// skips: only root may mount the small disk that is filled
test.runIf(mayMount)('a disk that is really full: says so, and goes on when there is room again', async () => {
  const mount = join(dir, 'small')
  await mkdir(mount)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mount])
  try {
    const filler = join(mount, 'filler')
    await writeFile(filler, new Uint8Array(1_200_000))
    const gaps: DroppedRange[] = []
    const states: string[] = []
    const spool = await Spool.open({
      dir: join(mount, 'spool'),
      now: Date.now,
      commitDelayMs: 1,
      retryMs: 10,
      pendingBytes: 700_000,
      onState: state => states.push(state),
      onGap: async list => {
        gaps.push(...list)
      },
    })
    const outcomes = Array.from({ length: 20 }, (_, i) => spool.append(meta(i), [new Uint8Array(100_000).fill(i)]))
    expect(await Promise.race(outcomes)).toBe('dropped')
    expect(spool.status().state).toBe('disk_full')
    await rm(filler)
    const settled = await Promise.all(outcomes)
    const kept = settled.flatMap((outcome, i) => (outcome === 'durable' ? [i] : []))
    expect(states).toEqual(['disk_full', 'ok'])
    expect(kept.length + gaps.reduce((sum, gap) => sum + gap.lost, 0)).toBe(20)
    const read: number[] = []
    for (let entry = await spool.take(); entry !== null; entry = await spool.take()) read.push(entry.meta.sequence)
    expect(read).toEqual(kept)
    await spool.close()
  } finally {
    execFileSync('umount', ['-l', mount])
  }
})
