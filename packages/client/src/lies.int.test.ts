import { cp } from 'node:fs/promises'
import { decodeAccess, signAccess } from '@hausrecht/chain/access'
import { signEntry } from '@hausrecht/chain/entry'
import { deletedRanges } from '@hausrecht/chain/rights'
import { concat, fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { decodeHeader, encodeHeader } from '@hausrecht/media/segment/header'
import { forgedLog } from '@hausrecht/testkit/forged-log'
import { TestHousehold, TestRecorder } from '@hausrecht/testkit/household'
import { changeBytes, changeJson, type Lie, Recording } from '@hausrecht/testkit/lying-vault'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requestAccess } from './access.ts'
import { deleteRange } from './delete.ts'
import { type OpenDevice, sync } from './device.ts'
import { ClientError, ForkError } from './errors.ts'
import { addCamera, type CameraStreams } from './household.ts'
import type { LeafRange } from './key-store.ts'
import { readNames } from './names.ts'
import { readRange } from './read.ts'
import type { Sealed } from './seal.ts'
import type { Finding } from './sequence.ts'

const SEGMENTS = 12

describe('a vault that lies', () => {
  let world: TestHousehold
  let hub: OpenDevice
  let neighbour: OpenDevice
  let camera: CameraStreams
  let other: CameraStreams
  let start: number
  let segments: readonly Sealed[]
  let elsewhere: { readonly [pair: string]: Sealed }

  beforeAll(async () => {
    world = await TestHousehold.start()
    hub = await world.found('hub')
    neighbour = await world.found('neighbour')
    camera = await addCamera(hub, { name: 'Hall', sound: true })
    other = await addCamera(hub, { name: 'Garden', sound: false })
    const theirs = await addCamera(neighbour, { name: 'Hall', sound: false })
    start = Math.ceil(world.clock.now() / 2000) * 2000 + 10_000
    world.clock.turn(200_000)
    segments = await new TestRecorder(hub, camera.video).record(start, SEGMENTS)
    const at = (device: OpenDevice, stream: CameraStreams['video'], kind: 1 | 2) =>
      new TestRecorder(device, stream).seal(start + 6000, { kind })
    elsewhere = {
      household: await at(neighbour, theirs.video, 1),
      stream: await at(hub, other.video, 1),
      kind: await at(hub, camera.audio ?? camera.video, 2),
      leaf: segments[7] as Sealed,
    }
  })
  afterAll(() => world.close())

  async function read(device = hub, from = start, to = start + SEGMENTS * 2000) {
    const findings: Finding[] = []
    const leaves: number[] = []
    for await (const item of readRange(device, { stream: camera.video, from, to })) {
      if (item.type === 'segment') leaves.push(item.segment.leaf)
      else findings.push(item.finding)
    }
    return { findings, leaves }
  }
  const leafOfSegment = (index: number): number => segments[index]?.header.leaf ?? 0
  const objectPath = (index: number): RegExp => new RegExp(`^GET .*/objects/${segments[index]?.header.object}$`)
  const ranges = (from: number, to: number): LeafRange => ({ lo: leafOfSegment(from), hi: leafOfSegment(to) })
  const failure = (work: Promise<unknown>): Promise<ClientError> =>
    work.then(
      () => Promise.reject(new Error('nothing was noticed')),
      (error: unknown) => (error instanceof ClientError ? error : Promise.reject(error)),
    )

  test('is believed while it is honest', async () => {
    expect(await read()).toEqual({ findings: [], leaves: segments.map(({ header }) => header.leaf) })
  })

  describe('about accesses', () => {
    const grant = /^POST .*\/access$/
    const resign =
      (change: (access: ReturnType<typeof decodeAccess>) => object): Lie =>
      async (asked, honest) => {
        if (!grant.test(`${asked.method} ${asked.path}`)) return null
        const answer = await honest()
        const value = JSON.parse(new TextDecoder().decode(answer.body))
        const access = decodeAccess(fromBase64(value.entry))
        const { bytes } = await signAccess({ ...access, ...change(access) }, world.logKey)
        return { ...answer, body: new TextEncoder().encode(JSON.stringify({ ...value, entry: toBase64(bytes) })) }
      }

    test('an access that is signed but not in the log opens nothing', async () => {
      // Everything it says is right, but the log holds another entry at that place.
      const lie = resign(access => ({ time: access.time + 1 }))
      const error = await world.liar.during(lie, () => failure(requestAccess(hub, camera.video, ranges(0, 3))))
      expect(error.code).toBe('access_not_logged')
    })

    test('an access that names another reader, range, token or end opens nothing', async () => {
      const lies: Readonly<Record<string, Lie>> = {
        reader: resign(() => ({ reader: neighbour.id })),
        range: resign(access => ({ hi: access.hi + 1 })),
        stream: resign(() => ({ stream: other.video })),
        token: changeJson(grant, value => ({ ...value, token: 'A'.repeat(43) })),
        expires: changeJson(grant, value => ({ ...value, expires: Number(value.expires) + 1 })),
      }
      for (const [detail, lie] of Object.entries(lies)) {
        const error = await world.liar.during(lie, () => failure(requestAccess(hub, camera.video, ranges(0, 3))))
        expect(error).toMatchObject({ code: 'access_not_logged', detail })
      }
    })

    test('a place in the log that is not there, or another one, opens nothing', async () => {
      for (const shift of [-1, 1000]) {
        const lie = changeJson(grant, value => ({ ...value, logIndex: Number(value.logIndex) + shift }))
        const error = await world.liar.during(lie, () => failure(requestAccess(hub, camera.video, ranges(0, 3))))
        expect(error.code).toBe('access_not_logged')
      }
    })

    test('nothing is fetched before the access is proven', async () => {
      const from = world.liar.asked.length
      const lie = changeJson(grant, value => ({ ...value, logIndex: Number(value.logIndex) + 1000 }))
      await world.liar.during(lie, () => failure(read()))
      expect(world.liar.asked.slice(from).filter(({ path }) => /\/objects\/[a-z2-7]{26}$/.test(path))).toEqual([])
    })
  })

  describe('about its log', () => {
    /** A device of its own household, so that a fork it has seen does not stop the others. */
    async function alone(name: string, witnessed: boolean) {
      const device = await world.found(name, { witnessed })
      await addCamera(device, { name: 'One', sound: false })
      const leaves = await world.leaves(device)
      const origin = `${world.vault.origin}/hh/${device.household}`
      return { device, leaves, forge: (forged: readonly Uint8Array[]) => forgedLog(origin, world.logKey, forged) }
    }

    test('an older checkpoint than before is noticed, and kept', async () => {
      const { device } = await alone('replayed', true)
      const kept = new Recording()
      await world.liar.during(kept.keep(/checkpoint$/), () => sync(device))
      await addCamera(device, { name: 'Two', sound: false })
      const error = await world.liar.during(kept.again(), () => failure(sync(device)))
      expect(error).toBeInstanceOf(ForkError)
      expect(error.code).toBe('log_rolled_back')
      expect(await device.chain.evidence()).toHaveLength(1)
      // It may have been a backup that was restored: once the log is there again, so is the device.
      await sync(device)
    })

    test('a second history of the same length: two signed checkpoints are kept, and the device stops for good', async () => {
      const { device, leaves, forge } = await alone('forked', false)
      const lie = await forge([...leaves.slice(0, -1), leaves[1] ?? new Uint8Array(1)])
      const error = await world.liar.during(lie, () => failure(sync(device)))
      expect(error).toMatchObject({ code: 'log_forked' })
      const [mine, theirs] = error instanceof ForkError ? error.checkpoints : []
      for (const note of [mine, theirs]) expect(note).toContain(`\n${leaves.length}\n`)
      expect(mine).not.toBe(theirs)
      // Even when the vault is honest again, and for a new process too.
      expect((await failure(sync(device))).code).toBe('log_forked')
      expect((await failure(sync(await world.reopen('forked')))).code).toBe('log_forked')
    })

    test('a longer history that leaves out an order', async () => {
      const { device, leaves, forge } = await alone('omitted', false)
      const lie = await forge([...leaves.slice(0, -1), ...leaves.slice(0, 3)])
      expect((await world.liar.during(lie, () => failure(sync(device)))).code).toBe('log_forked')
    })

    test('a fork that no witness cosigned is refused before it is looked at', async () => {
      const { device, leaves, forge } = await alone('unwitnessed', true)
      const lie = await forge([...leaves.slice(0, -1), leaves[1] ?? new Uint8Array(1), leaves[1] ?? new Uint8Array(1)])
      expect((await world.liar.during(lie, () => failure(sync(device)))).code).toBe('not_cosigned')
    })

    test('an entry that is left out of, or changed in, what is served under an honest checkpoint', async () => {
      const { device } = await alone('withheld', true)
      await cp(world.home('withheld'), world.home('withheld-copy'), { recursive: true })
      const fresh = await world.reopen('withheld-copy')
      await addCamera(device, { name: 'Two', sound: false })
      const tile = /^GET .*\/log\/tile\/entries/
      const flip = changeBytes(tile, body => {
        const out = body.slice()
        out[body.length - 1] = (out[body.length - 1] ?? 0) ^ 1
        return out
      })
      const cut = changeBytes(tile, body => body.slice(0, 2 + (body[0] ?? 0) * 256 + (body[1] ?? 0)))
      for (const lie of [flip, cut])
        expect((await world.liar.during(lie, () => failure(sync(fresh)))).code).toBe('log_mismatch')
      await sync(fresh)
      expect(fresh.chain.state.head).toEqual(device.chain.state.head)
    })

    test('an entry that an honest vault would have refused', async () => {
      const { device, leaves, forge } = await alone('invalid', false)
      const { state } = device.chain
      const place = { sequence: state.length, time: world.clock.now(), actor: device.id, previous: state.head }
      // The identity element: of small order, and everybody's signature fits it.
      const publicKey = new Uint8Array(32)
      publicKey[0] = 1
      const entitlement = { from: 0, streams: 'all' as const }
      const statement = { type: 'add_device' as const, publicKey, roles: ['admin' as const], entitlement, prekeys: [] }
      const smallOrder = await signEntry({ ...place, statement, commitment: null }, device.key)
      const policy = { type: 'policy' as const, deleters: 'any' as const }
      const honest = await signEntry({ ...place, statement: policy, commitment: null }, device.key)
      // The same map, its head byte in the long form: it decodes to the same entry.
      const longForm = concat(Uint8Array.of(0xb8, (honest.bytes[0] ?? 0) & 31), honest.bytes.subarray(1))
      const skipped = await signEntry({ ...place, sequence: 99, statement: policy, commitment: null }, device.key)
      const cases: readonly (readonly [Uint8Array, RegExp])[] = [
        [smallOrder.bytes, /bad_key/],
        [longForm, /bad_entry/],
        [skipped.bytes, /chain_conflict/],
        [concat(honest.bytes.subarray(0, -1), Uint8Array.of((honest.bytes.at(-1) ?? 0) ^ 1)), /bad_signature/],
        [Uint8Array.of(1, 2, 3), /bad_entry/],
      ]
      for (const [leaf, reason] of cases) {
        const error = await world.liar.during(await forge([...leaves, leaf]), () => failure(sync(device)))
        expect(error.code).toBe('bad_log_entry')
        expect(error.detail).toMatch(reason)
      }
      expect(device.chain.state.head).toEqual(state.head)
    })

    test('a sealed name that is not the one its author committed to', async () => {
      const { device } = await alone('renamed', true)
      await addCamera(device, { name: 'Two', sound: false })
      const rows = await device.vault.listEntries(0)
      const payloads = rows.flatMap(({ payload }) => (payload === null ? [] : [payload]))
      const [first, second] = payloads.slice(-2)
      // Two names exchanged: both open, and both are noticed.
      const swap = changeBytes(/^GET .*\/entries$/, body => exchange(body, first, second))
      const names = await world.liar.during(swap, () => readNames(device))
      expect(names.unreadable.map(({ code }) => code)).toEqual(['payload_mismatch', 'payload_mismatch'])
      expect((await readNames(device)).cameras.map(({ name }) => name)).toEqual(['One', 'Two'])
    })
  })

  describe('about objects', () => {
    test.each(['household', 'stream', 'kind', 'leaf'])(
      'one of another %s, as it is: named, and nothing opens',
      async field => {
        const lie = changeBytes(objectPath(3), () => elsewhere[field]?.bytes ?? new Uint8Array(0))
        const { findings, leaves } = await world.liar.during(lie, () => read())
        expect(findings).toMatchObject([{ type: 'damaged', leaf: leafOfSegment(3), detail: expect.any(String) }])
        expect(['object_mismatch', 'damaged_header']).toContain(findings[0]?.type === 'damaged' ? findings[0].code : '')
        expect(leaves).not.toContain(leafOfSegment(3))
        expect(leaves).toHaveLength(SEGMENTS - 1)
      },
    )

    test.each(['household', 'stream', 'kind', 'leaf'])(
      'one of another %s, under the header that was asked for: noise',
      async field => {
        const sealed = elsewhere[field]?.bytes ?? new Uint8Array(0)
        const body = sealed.subarray(decodeHeader(sealed).context.length)
        const wanted = segments[3]?.header
        const lie = changeBytes(objectPath(3), honest => {
          const { context } = decodeHeader(honest)
          const header =
            wanted === undefined
              ? context
              : encodeHeader({ ...wanted, payloadLength: decodeHeader(sealed).header.payloadLength })
          return concat(header, body)
        })
        const { findings, leaves } = await world.liar.during(lie, () => read())
        expect(findings).toMatchObject([{ type: 'damaged', code: 'damaged_commitment', leaf: leafOfSegment(3) }])
        expect(leaves).toHaveLength(SEGMENTS - 1)
      },
    )

    test.each([
      ['header', 20, 'object_mismatch'],
      ['magic', 0, 'damaged_header'],
      ['salt', -1, 'damaged_commitment'],
      ['commitment', -2, 'damaged_commitment'],
      ['chunk', -3, 'damaged_chunk'],
    ])('a changed %s says which part it was', async (_, place, code) => {
      const lie = changeBytes(objectPath(3), honest => {
        const start = decodeHeader(honest).context.length
        const at = place >= 0 ? place : start + ([0, 3, 30, 70][-place] ?? 0)
        const out = honest.slice()
        out[at] = (out[at] ?? 0) ^ 0x80
        return out
      })
      const { findings } = await world.liar.during(lie, () => read())
      expect(findings).toMatchObject([{ type: 'damaged', code }])
    })

    test('a shortened object', async () => {
      const { findings } = await world.liar.during(
        changeBytes(objectPath(3), honest => honest.slice(0, -16)),
        () => read(),
      )
      expect(findings).toMatchObject([{ type: 'damaged', code: 'damaged_header' }])
    })

    test('an index that leaves out, cuts off, repeats or reorders', async () => {
      const index = /^GET .*\/objects$/
      type Rows = readonly { readonly leaf: number }[]
      const lieOf = (change: (rows: Rows) => Rows): Lie =>
        changeJson(index, value => ({ ...value, objects: change(value.objects as Rows) }))
      const whole = { from: start + 4000, to: start + 16_000 }
      const look = (change: (rows: Rows) => Rows) =>
        world.liar.during(lieOf(change), () => read(hub, whole.from, whole.to))

      const missing = await look(rows => rows.filter(({ leaf }) => leaf !== leafOfSegment(4)))
      expect(missing.findings).toEqual([{ type: 'missing', from: start + 8000, to: start + 10_000, count: 1 }])
      // The last ones of the range: what comes after them tells by its number.
      const cut = await look(rows => rows.filter(({ leaf }) => leaf < leafOfSegment(6) || leaf > leafOfSegment(7)))
      expect(cut.findings).toEqual([{ type: 'missing', from: start + 12_000, to: start + 16_000, count: 2 }])
      // Everything from there on: nobody can tell what was never recorded from what is withheld, and it says so.
      const end = await look(rows => rows.filter(({ leaf }) => leaf < leafOfSegment(6)))
      expect(end.findings).toEqual([{ type: 'nothing', from: start + 12_000, to: start + 16_000, proven: false }])
      const repeated = await look(rows => rows.flatMap(row => (row.leaf === leafOfSegment(4) ? [row, row] : [row])))
      expect(repeated.findings).toEqual([{ type: 'repeated', leaf: leafOfSegment(4), sequence: 4 }])
      const reordered = await look(rows => {
        const [a, b] = [rows[4], rows[5]]
        return rows.map((row, i) => (i === 4 && b ? b : i === 5 && a ? a : row))
      })
      // It is not used where it does not belong, so its place stays empty.
      expect(reordered.findings).toEqual([
        { type: 'reordered', leaf: leafOfSegment(4) },
        { type: 'missing', from: start + 8000, to: start + 10_000, count: 1 },
      ])
      expect(reordered.leaves).not.toContain(leafOfSegment(4))
    })

    test('an object that is listed and not served', async () => {
      const refuse: Lie = async ({ method, path }) =>
        objectPath(3).test(`${method} ${path}`)
          ? {
              status: 404,
              headers: { 'content-type': 'application/problem+json' },
              body: new TextEncoder().encode('{"type":"x","title":"x","status":404,"code":"not_found"}'),
            }
          : null
      const { findings } = await world.liar.during(refuse, () => read())
      expect(findings).toMatchObject([{ type: 'damaged', code: 'withheld', leaf: leafOfSegment(3) }])
    })
  })

  test('a stale copy of a device applies every order before it opens anything', async () => {
    await cp(world.home('hub'), world.home('backup'), { recursive: true })
    await deleteRange(hub, { streams: [camera.video], from: start + 4000, to: start + 8000 })
    const stale = await world.reopen('backup')
    const name = { stream: camera.video, generation: 0 }
    // It did not know of the order, and still held the keys.
    expect(stale.keys.export(name, ranges(2, 3))).not.toEqual([])
    const kept = segments[2]?.bytes ?? new Uint8Array(0)
    // A vault that kept the bytes lists and serves them as if nothing had been ordered.
    const { findings, leaves } = await world.liar.during(
      changeBytes(objectPath(2), () => kept),
      () => read(stale),
    )
    expect(findings).toMatchObject([{ type: 'deleted', from: start + 4000, to: start + 8000 }])
    expect(leaves).not.toContain(leafOfSegment(2))
    expect(stale.keys.export(name, ranges(2, 3))).toEqual([])
    expect(deletedRanges(stale.chain.state, camera.video)).toHaveLength(1)
    // And what is given back to it afterwards does not come back.
    await stale.keys.import(name, [{ depth: 0, prefix: 0, seed: new Uint8Array(32).fill(9) }])
    expect(stale.keys.export(name, ranges(2, 3))).toEqual([])
  })
})

/** Exchanges two byte strings of equal length wherever they stand. */
function exchange(body: Uint8Array, a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array {
  const out = Buffer.from(body)
  if (a === undefined || b === undefined || a.length !== b.length) throw new Error('payloads differ in length')
  const [atA, atB] = [out.indexOf(a), out.indexOf(b)]
  if (atA < 0 || atB < 0) throw new Error('not there')
  out.set(b, atA)
  out.set(a, atB)
  return new Uint8Array(out)
}
