import { readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_LEAF } from '@hausrecht/keytree/leaf'
import { decodeHeader } from '@hausrecht/media/segment/header'
import { KINDS } from '@hausrecht/media/segment/kinds'
import { TestHousehold, TestRecorder } from '@hausrecht/testkit/household'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OpenDevice } from './device.ts'
import { addCamera } from './household.ts'
import { type RangeItem, readRange } from './read.ts'

/** One sealed object on the vault's disk, and what it belongs to. */
type Place = {
  owner: OpenDevice
  household: string
  camera: string
  stream: string
  kind: number
  time: number
  path: string
  object: string
}

const NAMES = ['Nursery window', 'Garden gate', 'Hallway mirror', 'Workshop bench']
/** Further apart than a reader looks around a range. */
const SECONDS = [0, 130]

let world: TestHousehold
const places: Place[] = []

beforeAll(async () => {
  world = await TestHousehold.start()
  const owners = [await world.found('first'), await world.found('second')]
  const cameras = []
  for (const [i, owner] of owners.entries())
    for (const name of NAMES.slice(i * 2, i * 2 + 2))
      cameras.push({ owner, name, streams: await addCamera(owner, { name, sound: true }) })
  const start = Math.ceil(world.clock.now() / 2000) * 2000 + 60_000
  world.clock.turn(300_000)
  for (const { owner, name, streams } of cameras) {
    for (const [kind, stream] of [[KINDS.video, streams.video] as const, [KINDS.audio, streams.audio] as const]) {
      if (!stream) throw new Error('a camera without sound')
      const recorder = new TestRecorder(owner, stream)
      for (const second of SECONDS) {
        const time = start + second * 1000
        const sealed = await recorder.store(await recorder.seal(time, { kind, text: `${name} ${kind} ${second}` }))
        const { object } = sealed.header
        const path = join(world.folder, 'vault', 'blobs', owner.household, object.slice(0, 2), object)
        places.push({ owner, household: owner.household, camera: name, stream, kind, time, path, object })
      }
    }
  }
})
afterAll(() => world.close())

async function read({ owner, stream, time }: Place): Promise<readonly RangeItem[]> {
  const items: RangeItem[] = []
  const camera = [...owner.chain.state.streams.keys()].find(id => id === stream)
  if (!camera) throw new Error('no stream')
  for await (const item of readRange(owner, { stream: camera, from: time, to: time + 1000 })) items.push(item)
  return items
}
const opened = (items: readonly RangeItem[]): string[] =>
  items.flatMap(item => (item.type === 'segment' ? [new TextDecoder().decode(item.segment.fragment)] : []))

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

/** Bits of information per byte: 8 for noise. */
function entropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256)
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1
  return counts.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / bytes.length) * Math.log2(count / bytes.length)),
    0,
  )
}

describe('a vault whose disk is in other hands', () => {
  test('two blobs swapped on the disk, in every pair of household, camera, time and kind: neither opens, and it is said why', async () => {
    expect(places.length).toBe(16)
    for (const place of places)
      expect(opened(await read(place))).toEqual([
        `${place.camera} ${place.kind} ${(place.time - (places[0]?.time ?? 0)) / 1000}`,
      ])
    const aspects = new Set<string>()
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(i + 1)) {
        aspects.add(
          (['household', 'camera', 'time', 'kind'] as const)
            .map(aspect => (a[aspect] === b[aspect] ? '-' : aspect))
            .join(' '),
        )
        const aside = `${a.path}.aside`
        const swap = async (): Promise<void> => {
          await rename(a.path, aside)
          await rename(b.path, a.path)
          await rename(aside, b.path)
        }
        await swap()
        for (const place of [a, b]) {
          const items = await read(place)
          expect(opened(items), `${a.camera} ${a.kind} ${a.time} for ${b.camera} ${b.kind} ${b.time}`).toEqual([])
          const damaged = items.flatMap(item =>
            item.type === 'finding' && item.finding.type === 'damaged' ? [item.finding] : [],
          )
          expect(damaged.map(({ object, detail }) => [object, (detail ?? '').length > 0])).toEqual([
            [place.object, true],
          ])
        }
        await swap()
      }
    }
    // Households differ only together with their cameras: every combination that there can be was met.
    expect(aspects.size).toBe(2 ** 3 + 4 - 1)
  }, 300_000)

  test('its whole folder has no key, no name and no playable byte', async () => {
    const seeds: Uint8Array[] = []
    for (const { owner } of places) {
      for (const [id, stream] of owner.chain.state.streams)
        for (const generation of stream.generations.keys())
          for (const { seed } of owner.keys.export({ stream: id, generation }, { lo: 0, hi: MAX_LEAF }))
            seeds.push(seed)
    }
    expect(seeds.length).toBeGreaterThan(0)
    const names = [...NAMES, 'House of first', 'House of second', 'hh/ggm']
    const magic = [
      'ftyp',
      'moov',
      'moof',
      'mdat',
      'avcC',
      'OpusHead',
      '\u0000\u0000\u0000\u0001\u0067',
      '\u0000\u0000\u0001\u0065',
    ]
    const all = await files(join(world.folder, 'vault'))
    expect(all.length).toBeGreaterThan(100)
    for (const path of all) {
      const bytes = await readFile(path)
      for (const text of names) {
        expect(bytes.includes(text), `${text} in ${path}`).toBe(false)
        expect(bytes.includes(Buffer.from(text, 'utf16le')), `${text} in ${path}`).toBe(false)
      }
      for (const seed of seeds) {
        expect(bytes.includes(Buffer.from(seed)), `a key in ${path}`).toBe(false)
        expect(bytes.includes(Buffer.from(seed).toString('hex')), `a key in ${path}`).toBe(false)
        expect(bytes.includes(Buffer.from(seed).toString('base64')), `a key in ${path}`).toBe(false)
      }
    }
    const blobs = all.filter(path => path.includes('/blobs/'))
    expect(blobs.length).toBeGreaterThan(0)
    for (const path of blobs) {
      const bytes = await readFile(path)
      const { context } = decodeHeader(bytes)
      const sealed = bytes.subarray(context.length)
      for (const text of magic)
        expect(sealed.includes(Buffer.from(text, 'latin1')), `${JSON.stringify(text)} in ${path}`).toBe(false)
      // What is sealed looks like noise: a block of n random bytes has about 8 − 184/n bits a byte.
      expect(entropy(sealed)).toBeGreaterThan(8 - 400 / sealed.length)
    }
  })
})
