import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { applyEntry, verifyEntry } from '@hausrecht/chain/apply'
import type { Entry } from '@hausrecht/chain/entry'
import type { Statement } from '@hausrecht/chain/types'
import type { AccessGrant, Appended, Usage } from '@hausrecht/contract/schemas'
import { fromBase64, toHex } from '@hausrecht/crypto/bytes'
import { decode, encode } from '@hausrecht/crypto/cbor'
import { sha256 } from '@hausrecht/crypto/hash'
import { newObjectId, newOrderId, type ObjectId } from '@hausrecht/crypto/ids'
import { freePort } from '@hausrecht/testkit/port'
import { type Program, startProgram, waitForOutput } from '@hausrecht/testkit/program'
import { RawHousehold } from '@hausrecht/testkit/raw-household'
import type { Answer } from '@hausrecht/testkit/raw-request'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { type OpenedCheckpoint, openCheckpoint } from '@hausrecht/tlog/checkpoint'
import { noteKey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { verifyConsistency } from '@hausrecht/tlog/proofs'
import { afterAll, expect, test } from 'vitest'

const KILLS = 20
const UPLOADERS = 4
/** A kill comes at some moment within this after the vault has begun to take things again. */
const MOMENT_MS = 400

const folder = tempFolder('kill')
const dir = join(folder.path, 'vault')
let running: Program | null = null
afterAll(async () => {
  await running?.stop()
  folder.remove()
})

async function startVault(port: number): Promise<{ url: string; origin: string; publicKey: Uint8Array }> {
  const args = [join(import.meta.dirname, 'main.ts'), '--dir', dir, '--port', String(port), '--log-level', 'silent']
  running = await startProgram(process.execPath, args)
  const ready = JSON.parse(await waitForOutput(running, /\{"ready".*\}\n/, 60_000)) as {
    url: string
    origin: string
    key: string
  }
  return { url: ready.url, origin: ready.origin, publicKey: fromBase64(ready.key) }
}

type Stored = { readonly id: ObjectId; readonly leaf: number; readonly hash: string }
/** Objects from this leaf on are meant to be deleted; each has a leaf of its own. */
const DOOMED_LEAF = 1_000_000
const ENTRIES_BEFORE = 3

test(`what a vault has acknowledged outlives ${KILLS} kills`, { timeout: 180_000 }, async () => {
  const port = await freePort()
  const vault = await startVault(port)
  const house = await RawHousehold.found(vault)
  const stored: Stored[] = []
  const doomed: Stored[] = []
  const deleted: Stored[] = []
  const entries: { readonly entry: Entry; readonly logIndex: number | null }[] = []
  const checkpoints: OpenedCheckpoint[] = []
  const log = noteKey(`${vault.origin}/hh/${house.household}`, TYPE_ED25519, vault.publicKey)
  let done = false
  let leaf = 0
  /** Null while the vault is away. */
  const ask = (method: string, target: string, body?: Uint8Array | object): Promise<Answer | null> =>
    house.send(house.founder, method, target, body).catch(() => null)
  const back = () =>
    until(async () => (await ask('GET', '/usage'))?.status === 200, { what: 'the vault is back', timeoutMs: 60_000 })

  async function upload(): Promise<void> {
    for (let turn = 0; !done; turn++) {
      const id = newObjectId()
      const isDoomed = turn % 4 === 0
      const at = ++leaf + (isDoomed ? DOOMED_LEAF : 0)
      const bytes = house.segment(at, id, 20_000)
      for (;;) {
        const answer = await ask('PUT', `/objects/${id}`, bytes)
        if (answer?.status === 200) break
        if (answer && answer.code !== 'busy') throw new Error(`upload: ${answer.code}`)
        await back()
      }
      const list = isDoomed ? doomed : stored
      list.push({ id, leaf: at, hash: toHex(sha256(bytes)) })
    }
  }

  /** Entries by their bytes, with their place in the log. */
  async function listed(from: number): Promise<Map<string, number>> {
    const found = new Map<string, number>()
    for (let next = from; ; ) {
      const answer = await ask('GET', `/entries?from=${next}`)
      const rows = answer?.status === 200 ? (decode(answer.bytes) as [Uint8Array, number, null][]) : []
      for (const [bytes, logIndex] of rows) found.set(toHex(bytes), logIndex)
      if (rows.length === 0) return found
      next += rows.length
    }
  }

  /** An entry that was on its way when the vault died is there or not; if not, the same bytes are sent again. */
  async function append(statement: Statement): Promise<void> {
    const entry = await house.entry(house.founder, statement)
    let logIndex: number | null = null
    for (;;) {
      const answer = await ask('POST', '/entries', encode([entry.bytes, null]))
      if (answer?.status === 200) {
        const appended = answer.json as Appended
        logIndex = appended.logIndex
        checkpoints.push(await openCheckpoint(appended.checkpoint, { log, witnesses: [], quorum: 0 }))
        break
      }
      await back()
      if ((await listed(ENTRIES_BEFORE + entries.length)).has(toHex(entry.bytes))) break
      const repeatable = [undefined, 'busy', 'log_unavailable']
      if (!repeatable.includes(answer?.code ?? undefined)) throw new Error(`append: ${answer?.code}`)
    }
    entries.push({ entry, logIndex })
    const applied = applyEntry(house.state, await verifyEntry(house.state, entry))
    if (!applied.ok) throw new Error(applied.code)
    house.state = applied.state
  }

  let orders = 0
  async function write(): Promise<void> {
    for (let turn = 0; !done; turn++) {
      const gone = doomed.slice(0, 200)
      if (turn % 3 !== 2 || gone.length === 0) {
        await append({ type: 'policy', deleters: turn % 2 ? 'any' : 'admins' })
        continue
      }
      const ranges = gone.map(object => ({ stream: house.camera, lo: object.leaf, hi: object.leaf }))
      await append({ type: 'delete_order', order: newOrderId(), ranges })
      deleted.push(...doomed.splice(0, gone.length))
      orders++
    }
  }

  const work = Promise.all([write(), ...Array.from({ length: UPLOADERS }, upload)])
  let failed: unknown = null
  work.catch(error => {
    failed = error
  })
  for (let kill = 0; kill < KILLS; kill++) {
    const [before, ordersBefore] = [stored.length, orders]
    // Every other kill comes right after an order was acknowledged, when its blobs are about to go.
    await until(() => failed || (stored.length > before && (kill % 2 === 0 || orders > ordersBefore)), {
      what: 'the vault takes objects and orders',
      timeoutMs: 30_000,
    })
    if (failed) throw failed
    const moment = performance.now() + (kill % 2 === 0 ? Math.random() * MOMENT_MS : 0)
    // waits: the kill comes at any moment, not at one that a condition of ours would choose
    await until(() => performance.now() >= moment, { what: 'a moment' })
    await running?.stop('SIGKILL')
    await startVault(port)
  }
  done = true
  await work
  await back()

  expect(stored.length).toBeGreaterThan(KILLS)
  expect(deleted.length).toBeGreaterThan(0)
  await until(async () => ((await ask('GET', '/usage'))?.json as Usage | undefined)?.purging === 0, {
    what: 'orders are carried out',
  })
  const usage = (await ask('GET', '/usage'))?.json as Usage
  expect(usage.objects).toBe(stored.length + doomed.length)

  // Every acknowledged entry stands where it was said to stand.
  const all = await listed(0)
  expect(all.size).toBe(ENTRIES_BEFORE + entries.length)
  const placeOf = (entry: Entry): number | undefined => all.get(toHex(entry.bytes))
  for (const { entry } of entries) expect(placeOf(entry)).toBeDefined()
  const placed = entries.filter(({ logIndex }) => logIndex !== null)
  expect(placed.length).toBeGreaterThan(0)
  for (const { entry, logIndex } of placed) expect(placeOf(entry)).toBe(logIndex)

  // Every object is there with its bytes, and of the deleted ones nothing.
  const blobs = join(dir, 'blobs', house.household)
  const fileOf = ({ id }: Stored): string => join(blobs, id.slice(0, 2), id)
  const range = { stream: house.camera, lo: 0, hi: 2 * DOOMED_LEAF, purpose: 'own' }
  const { token } = (await house.send(house.founder, 'POST', '/access', range)).json as AccessGrant
  const get = (object: Stored): Promise<Answer> =>
    house.send(house.founder, 'GET', `/objects/${object.id}`, undefined, { 'x-access-token': token })
  for (const object of [...stored, ...doomed]) expect(toHex(sha256((await get(object)).bytes))).toBe(object.hash)
  for (const object of deleted) {
    expect(existsSync(fileOf(object))).toBe(false)
    expect((await get(object)).status).toBeGreaterThanOrEqual(404)
  }

  // The log has only grown: each checkpoint that was ever signed is a beginning of the newest one.
  const newest = await openCheckpoint(new TextDecoder().decode((await ask('GET', '/log/checkpoint'))?.bytes), {
    ...{ log, witnesses: [], quorum: 0 },
  })
  expect(newest.size).toBeGreaterThanOrEqual(ENTRIES_BEFORE + entries.length)
  for (const old of checkpoints) {
    const target = `/log/consistency?old=${old.size}&new=${newest.size}`
    const { proof } = (await house.send(house.founder, 'GET', target)).json as { proof: string[] }
    verifyConsistency({
      oldSize: old.size,
      newSize: newest.size,
      oldRoot: old.root,
      newRoot: newest.root,
      proof: proof.map(fromBase64),
    })
  }
  process.stdout.write(
    `${KILLS} kills: ${stored.length} objects, ${entries.length} entries, ${deleted.length} deleted\n`,
  )
  expect((await running?.stop())?.code).toBe(0)
})
