import { closeDevice } from '@hausrecht/client/device'
import { addCamera, createHousehold } from '@hausrecht/client/household'
import { MemoryStore } from '@hausrecht/client/memory-store'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { concat } from '@hausrecht/crypto/bytes'
import { leafStart } from '@hausrecht/keytree/leaf'
import { decodeHeader, encodeHeader } from '@hausrecht/media/segment/header'
import { KINDS } from '@hausrecht/media/segment/kinds'
import { TestRecorder } from '@hausrecht/testkit/household'
import { changeBytes, changeJson, type Lie, Recording } from '@hausrecht/testkit/lying-vault'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { LiedTo } from './lied-to.ts'
import {
  blobs,
  CHECKPOINTS,
  flip,
  forgeCheckpoint,
  LyingDoor,
  OBJECTS,
  unlogged,
  withoutWitnesses,
} from './lying-door.ts'
import { ask, freePorts, type Product, start } from './product.ts'

/** A vault lies to the app in a real browser, in every way it can: it is said in plain words, and nothing false is shown. */
const data = tempFolder('app-lies')
let product: Product
let door: LyingDoor
let maria: LiedTo
let camera: string
let garden: string
/** A recording of other people. */
let neighbours: Uint8Array

const recorded = (stream?: string) =>
  blobs(data.path)
    .filter(({ header }) => header.kind === KINDS.video && (stream === undefined || header.stream === stream))
    .toSorted((a, b) => a.header.leaf - b.header.leaf)

beforeAll(async () => {
  product = await start(data.path, await freePorts())
  door = await LyingDoor.open(product)
  maria = await LiedTo.meet(door, product, 'en')
  await maria.person.withPasskeys()
  await maria.openLink()
  await maria.finishLink()
  camera = await until(() => recorded()[0]?.header.stream, { what: 'a recording' })
  await ask(['cameras', 'add', `rtsp://127.0.0.1:${product.port + 2}/sub`, '--name', 'Garden', '--data', data.path])
  neighbours = await recordNextDoor()
  garden = await until(() => recorded().find(({ header }) => isOurs(header.stream))?.header.stream, {
    what: 'a recording of the garden',
    timeoutMs: 40_000,
  })
})
afterEach(() => door.honest())
afterAll(async () => {
  await door?.close()
  await product?.stop()
  data.remove()
})

const household = (): string => new URL(product.output().match(/http\S+#claim=\S+/)?.[0] ?? '').hash
const isOurs = (stream: string): boolean =>
  stream !== camera && recorded(stream).every(({ header }) => household().includes(header.household))

async function recordNextDoor(): Promise<Uint8Array> {
  const transport = httpTransport()
  const wanted = {
    name: 'Next door',
    device: 'hub',
    vault: `http://127.0.0.1:${product.port}`,
    witnesses: [],
    quorum: 0,
  }
  const device = await createHousehold(new MemoryStore(), wanted, { transport })
  const { video } = await addCamera(device, { name: 'Hall', sound: false })
  const [sealed] = await new TestRecorder(device, video).record(Date.now(), 1)
  closeDevice(device)
  transport.close()
  if (sealed === undefined) throw new Error('nothing sealed')
  return sealed.bytes
}

/** Other bytes under the header that was asked for. */
function under(asked: Uint8Array, other: Uint8Array): Uint8Array {
  const [wanted, given] = [decodeHeader(asked), decodeHeader(other)]
  const context = encodeHeader({ ...wanted.header, payloadLength: given.header.payloadLength })
  return concat(context, other.subarray(given.context.length))
}

describe('a recording that is not the one that was asked for', () => {
  const before = (asked: Uint8Array): Uint8Array => {
    const { stream, leaf } = decodeHeader(asked).header
    return recorded(stream).findLast(({ header }) => header.leaf < leaf)?.bytes ?? asked
  }
  const lies: readonly (readonly [
    string,
    (asked: Uint8Array) => Uint8Array,
    'object_mismatch' | 'damaged_chunk' | 'damaged_commitment',
  ])[] = [
    ['is of another time', before, 'object_mismatch'],
    ['is of another camera', () => recorded(garden).at(-1)?.bytes ?? neighbours, 'object_mismatch'],
    ['is of another household', () => neighbours, 'object_mismatch'],
    ['is of another time, under the right header', asked => under(asked, before(asked)), 'damaged_commitment'],
    ['is of another household, under the right header', asked => under(asked, neighbours), 'damaged_commitment'],
    ['has one bit turned', asked => flip(asked, asked.length >> 1), 'damaged_chunk'],
  ]
  test.each(lies)('%s', async (_, lie, code) => {
    const past = await until(() => (recorded(camera).length > 9 ? recorded(camera) : null), {
      what: 'a past',
      timeoutMs: 60_000,
    })
    const leaf = past.at(-5)?.header.leaf ?? 0
    await maria.opens('/family')
    let told = 0
    door.vault.tell(
      changeBytes(OBJECTS, asked => {
        const { header } = decodeHeader(asked)
        if (header.stream !== camera || header.leaf !== leaf) return asked
        told++
        return lie(asked)
      }),
    )
    await maria.person.page.goto(`http://localhost:${product.port}/cameras/${camera}?at=${leafStart(leaf) - 2000}`)
    await maria.person.button(maria.words.camera.toNow).waitFor()
    await maria.seesNothingFalse(4)
    await maria.isTold(maria.words.alarms[code])
    expect(told).toBeGreaterThan(0)
  })

  test('is left out of the index', async () => {
    const leaf = recorded(camera).at(-18)?.header.leaf ?? 0
    await maria.opens('/family')
    type Rows = { readonly objects: readonly { readonly leaf: number }[] }
    door.vault.tell(
      changeJson(/^GET .*\/objects$/, value => {
        const { objects } = value as Rows
        return { ...value, objects: objects.filter(row => row.leaf !== leaf) }
      }),
    )
    await maria.person.page.goto(`http://localhost:${product.port}/cameras/${camera}?at=${leafStart(leaf) - 2000}`)
    await maria.isTold(maria.words.alarms.withheld)
  })
})

describe('an access that is not in the log', () => {
  const lies: readonly (readonly [string, () => Promise<Lie>])[] = [
    ['by an entry that the log does not hold', () => unlogged(data.path)],
    [
      'by a place that the log does not reach',
      async () => changeJson(/^POST .*\/access$/, value => ({ ...value, logIndex: Number(value.logIndex) + 1000 })),
    ],
  ]
  test.each(lies)('%s: nothing is fetched, and it stays said when the vault is honest again', async (_, lie) => {
    await maria.opens('/family')
    const from = door.vault.asked.length
    door.vault.tell(await lie())
    await maria.person.page.goto(`http://localhost:${product.port}/cameras/${camera}?at=${Date.now() - 20_000}`)
    await maria.isTold(maria.words.alarms.access_not_logged)
    const asked = door.vault.asked.slice(from).map(({ method, path }) => `${method} ${path}`)
    expect(asked.filter(line => OBJECTS.test(line))).toEqual([])
    door.honest()
    await maria.person.goTo(maria.words.places.home)
    await maria.seesPictures()
    await maria.isTold(maria.words.alarms.access_not_logged)
  })
})

describe('a log that', () => {
  test('is as it was before', async () => {
    const kept = new Recording()
    door.vault.tell(kept.keep(CHECKPOINTS))
    await maria.opens('/family')
    door.vault.tell()
    // Looking is an entry.
    await maria.opens(`/cameras/${camera}`)
    await maria.seesPictures()
    await maria.opens('/family')
    door.vault.tell(kept.again())
    await maria.isTold(maria.words.alarms.log_rolled_back)
  })

  test('no witness has signed', async () => {
    await maria.opens('/family')
    door.vault.tell(withoutWitnesses)
    await maria.person.page.reload()
    await maria.isTold(maria.words.alarms.not_cosigned)
    door.honest()
    await until(async () => (await maria.person.page.getByRole('alert').count()) === 0, {
      what: 'that it is over',
      timeoutMs: 20_000,
    })
  })

  test('is held back: what it says is old, although the vault answers', async () => {
    await maria.opens('/family')
    const old = await forgeCheckpoint(data.path, note => ({ ...note, witnessedAt: Date.now() - 11 * 60_000 }), {
      witness: true,
    })
    door.vault.tell(old)
    await maria.person.page.reload()
    await maria.isTold(maria.words.alarms.log_stale)
  })

  const fork = (witness: boolean) =>
    forgeCheckpoint(data.path, note => ({ ...note, root: flip(note.root, 0) }), { witness })

  test('has another history, which the witness does not sign', async () => {
    await maria.opens('/family')
    door.vault.tell(await fork(false))
    await maria.person.page.reload()
    await maria.isTold(maria.words.alarms.not_cosigned)
  })

  test('has another history, and the witness is in league: nothing is shown any more, even when the vault is honest again', async () => {
    await maria.opens('/family')
    door.vault.tell(await fork(true))
    await maria.isTold(maria.words.alarms.log_forked)
    await maria.person.sees(maria.words.waiting.stopped.other.title)
    door.honest()
    await maria.person.page.goto(`http://localhost:${product.port}/`)
    await maria.isTold(maria.words.alarms.log_forked)
    expect(await maria.person.page.locator('video').count()).toBe(0)
  })
})

test('nobody had anything else to complain about', () => maria.person.hasNoComplaints())
