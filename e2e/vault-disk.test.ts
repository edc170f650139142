import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { leafStart } from '@hausrecht/keytree/leaf'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Blob, blobsIn, entropy, filesIn, playable, secretsOf, swap } from './disk.ts'
import { frameNumbers, jumps } from './frame-numbers.ts'
import { ask, freePorts, hausrecht, running, type Talk, talk, values } from './product.ts'

const KILLS = 20
/** A segment of picture and one of sound every four seconds at most, of each of the three cameras. */
const fewestBlobs = (): number => ((killedUntil - began) / 4000) * 3 * 2
/** A journal of this size speaks of segments, and not of the movie's head alone. */
const FEWEST_JOURNAL_BYTES = 4000

const [vaultData, home, neighbours, outputs] = ['vault', 'home', 'neighbours', 'out'].map(name => tempFolder(name))
if (!vaultData || !home || !neighbours || !outputs) throw new Error('folders')
const NAMES = ['Haustür geheim', 'Garten geheim', 'Nachbarn geheim', 'Zuhause geheim', 'Mein Rechner geheim']

let port = 0
const parts = new Map<string, Talk>()
const startVault = async (): Promise<Talk> => {
  const vault = await running(['vault', '--data', vaultData.path, '--port', String(port)])
  parts.set('vault', vault)
  return vault
}
const cameraUrl = (path: string): string => `rtsp://127.0.0.1:${port + 2}/${path}`
const statusOf = (data: string): Promise<Record<string, unknown>> => ask(['status', '--data', data])

/** Waits until everything that is sealed now has reached the vault. */
async function settled(data: string): Promise<void> {
  const now = Date.now()
  await until(
    async () => {
      const { waiting } = await statusOf(data)
      if (typeof waiting !== 'object' || waiting === null) return false
      return !('since' in waiting) || Number(waiting.since) > now
    },
    { what: 'the spool is sent', timeoutMs: 90_000 },
  )
}

let began = 0
let killedUntil = 0
beforeAll(async () => {
  port = await freePorts()
  const url = `http://127.0.0.1:${port}`
  await startVault()
  parts.set('camera', await running(['sample-camera', '--port', String(port + 2)]))
  await ask([
    'init',
    '--vault',
    url,
    '--household-name',
    'Zuhause geheim',
    '--label',
    'Mein Rechner geheim',
    '--data',
    home.path,
  ])
  await ask(['init', '--vault', url, '--household-name', 'Nachbarn geheim', '--data', neighbours.path])
  await ask(['cameras', 'add', cameraUrl('main'), '--name', 'Haustür geheim', '--data', home.path])
  await ask(['cameras', 'add', cameraUrl('sub'), '--name', 'Garten geheim', '--data', home.path])
  await ask(['cameras', 'add', cameraUrl('main'), '--name', 'Haustür geheim', '--data', neighbours.path])
  parts.set('hub', await running(['hub', '--data', home.path]))
  parts.set('other hub', await running(['hub', '--data', neighbours.path]))
  began = Date.now() + 4000
})
afterAll(async () => {
  for (const part of [...parts.values()].reverse()) await part.stop()
  for (const folder of [vaultData, home, neighbours, outputs]) folder.remove()
})

const iso = (time: number): string => new Date(time).toISOString()

test(`a vault that is killed ${KILLS} times while it records loses nothing that it took`, {
  timeout: 300_000,
}, async () => {
  for (let kill = 0; kill < KILLS; kill++) {
    const vault = parts.get('vault')
    await until(
      async () => (await hausrecht(['status', '--data', home.path, '--json'])).stdout.includes('"reachable":true'),
      {
        what: 'the vault answers',
        timeoutMs: 30_000,
      },
    )
    const wait = Date.now() + Math.random() * 1500
    // waits: the kill comes at any moment, not at one that a condition of ours would choose
    await until(() => Date.now() > wait, { what: 'a moment' })
    vault?.child.kill('SIGKILL')
    await vault?.ended
    await startVault()
  }
  killedUntil = Date.now() - 6000
  await settled(home.path)
  const file = join(outputs.path, 'kills.mp4')
  const exported = await ask(['export', 'haust', iso(began), iso(killedUntil), file, '--data', home.path])
  expect(exported).toMatchObject({ gaps: [], missing: [], damaged: [] })
  const numbers = await frameNumbers(file)
  expect(numbers.length).toBeGreaterThan(((killedUntil - began) / 1000) * 25 - 100)
  expect(jumps(numbers)).toEqual([])
})

test('an export that is killed goes on where it was, and is whole', { timeout: 120_000 }, async () => {
  const file = join(outputs.path, 'again.mp4')
  const args = ['export', 'haust', iso(began), iso(killedUntil), file, '--data', home.path]
  const first = talk(args)
  const journal = `${file}.part.journal`
  await until(() => (statSync(journal, { throwIfNoEntry: false })?.size ?? 0) > FEWEST_JOURNAL_BYTES, {
    what: 'a journal',
    timeoutMs: 30_000,
  })
  first.child.kill('SIGKILL')
  await first.ended
  expect(existsSync(file)).toBe(false)
  const second = await hausrecht(args)
  expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('Going on where it stopped') })
  expect(jumps(await frameNumbers(file))).toEqual([])
  expect(existsSync(`${file}.part`) || existsSync(journal) || existsSync(`${file}.part.notes`)).toBe(false)
})

describe('the whole folder of the vault, searched', () => {
  test('holds no key of any device', () => {
    const files = filesIn(vaultData.path).map(path => readFileSync(path))
    // The search finds what is there: the open headers of the segments.
    expect(files.filter(bytes => bytes.includes('HHS1')).length).toBeGreaterThan(fewestBlobs())
    const secrets = [home, neighbours].flatMap(folder => secretsOf(join(folder.path, 'home')))
    expect(secrets.length).toBeGreaterThan(20)
    for (const secret of secrets) expect(files.filter(bytes => bytes.includes(secret))).toEqual([])
  })

  test('holds no name', () => {
    for (const path of filesIn(vaultData.path)) {
      const bytes = readFileSync(path)
      for (const name of NAMES)
        for (const code of ['utf8', 'utf16le'] as const)
          expect(bytes.includes(Buffer.from(name, code)), `${name} in ${path}`).toBe(false)
    }
  })

  test('holds no playable byte: no structure of a video file, and noise where footage is sealed', () => {
    expect(playable(readFileSync(join(outputs.path, 'kills.mp4')))).toBeDefined()
    for (const path of filesIn(vaultData.path)) expect(playable(readFileSync(path)), path).toBeUndefined()
    const blobs = blobsIn(join(vaultData.path, 'vault', 'blobs'))
    expect(blobs.length).toBeGreaterThan(fewestBlobs())
    for (const { sealed, path } of blobs) expect(entropy(sealed), path).toBeGreaterThan(8 - 400 / sealed.length)
  })
})

describe('two blobs swapped on the disk of the vault', () => {
  const VIDEO = 1
  const AUDIO = 2

  /** Blobs by whose they are. Both households watch the same camera, so nothing but the seal tells them apart. */
  const choose = async () => {
    await settled(home.path)
    await settled(neighbours.path)
    const blobs = blobsIn(join(vaultData.path, 'vault', 'blobs'))
    const { household } = await statusOf(home.path)
    const own = typeof household === 'object' && household !== null && 'id' in household ? String(household.id) : ''
    const { cameras } = await ask(['cameras', 'list', '--data', home.path])
    const stream = (name: string, kind: 'video' | 'audio'): string => {
      const camera: unknown = Array.isArray(cameras) ? cameras.find(each => each.name === name) : undefined
      return String(Reflect.get(Object(camera), kind))
    }
    const middle = (which: (blob: Blob) => boolean): Blob => {
      const all = blobs.filter(which).sort((a, b) => a.header.leaf - b.header.leaf)
      const found = all[Math.floor(all.length / 2)]
      if (found === undefined) throw new Error('no such blob')
      return found
    }
    const main = stream('Haustür geheim', 'video')
    const first = middle(({ header }) => header.stream === main)
    return {
      first,
      household: middle(({ header }) => header.household !== own && header.kind === VIDEO),
      camera: middle(({ header }) => header.stream === stream('Garten geheim', 'video')),
      time: middle(({ header }) => header.stream === main && header.leaf > first.header.leaf + 3),
      kind: middle(({ header }) => header.stream === stream('Haustür geheim', 'audio') && header.kind === AUDIO),
    }
  }

  test.each(['household', 'camera', 'time', 'kind'] as const)(
    'of another %s: it does not open, and the export says which',
    { timeout: 120_000 },
    async difference => {
      const chosen = await choose()
      const [a, b] = [chosen.first, chosen[difference]]
      const [from, to] = [leafStart(a.header.leaf) - 3000, leafStart(a.header.leaf) + 5000]
      const file = join(outputs.path, `${difference}.mp4`)
      const args = ['export', 'haust', iso(from), iso(to), file, '--overwrite', '--data', home.path]
      expect(await ask(args)).toMatchObject({ damaged: [], missing: [] })

      swap(a.path, b.path)
      try {
        const result = await hausrecht([...args, '--json'])
        const done = values(result).at(-1)
        const damaged = Array.isArray(done?.damaged) ? done.damaged : []
        expect(damaged, JSON.stringify(done)).toContainEqual(
          expect.objectContaining({
            object: a.header.object,
            leaf: a.header.leaf,
            code: 'object_mismatch',
            detail: difference === 'time' ? 'leaf' : difference === 'household' ? 'household' : 'stream',
          }),
        )
        // Nothing of the other blob got in: what came out is the sample camera's main picture, without the swapped segment.
        expect(await frameNumbers(file)).not.toContain(null)
      } finally {
        swap(a.path, b.path)
      }
      expect(await ask(args)).toMatchObject({ damaged: [], missing: [] })
    },
  )
})
