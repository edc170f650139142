import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { httpTransport } from '../packages/client/src/node/http-transport.ts'
import { VaultClient } from '../packages/client/src/vault-client.ts'
import { fromBase64 } from '../packages/crypto/src/bytes.ts'
import { newObjectId, type ObjectId } from '../packages/crypto/src/ids.ts'
import { startProgram, waitForOutput } from '../packages/testkit/src/program.ts'
import { RawHousehold } from '../packages/testkit/src/raw-household.ts'
import { tempFolder } from '../packages/testkit/src/temp.ts'
import { atLeast, interleaved, median, report, told } from './lib.ts'

/**
 * What the vault takes in: 1 MiB objects from 4 clients at once, over HTTP, each signed, hashed, checked against the chain, written
 * with fsync and rename, and in the embedded PostgreSQL before it is acknowledged. Paired with a plain loop that writes the same
 * bytes with fsync and rename: no network, no hash, no database, and no fsync of the folder.
 */
const SIZE = 1 << 20
const CLIENTS = 4
const OBJECTS = 64
const ROUNDS = 11
const GOAL = 0.4
const VAULT = join(import.meta.dirname, '..', 'apps/vault/src/main.ts')
/** Clock ticks a second of /proc/PID/stat (proc(5)); 100 on every Linux that Node runs on. */
const TICKS = 100

type Upload = { readonly object: ObjectId; readonly bytes: Uint8Array }

/** User and system time of a process so far, in ms. */
function cpuMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS
}

const folder = tempFolder('bench-ingest')
const vault = await startProgram(process.execPath, [
  VAULT,
  ...['--dir', join(folder.path, 'vault'), '--port', '0', '--log-level', 'warn'],
])
const transport = httpTransport()
try {
  const said = await waitForOutput(vault, /\{"ready".*\}\n/, 60_000)
  const ready = JSON.parse(said.slice(said.indexOf('{"ready"'))) as { url: string; origin: string; key: string }
  const house = await RawHousehold.found({ url: ready.url, origin: ready.origin, publicKey: fromBase64(ready.key) })
  const { household, founder: key } = house
  const clients = Array.from({ length: CLIENTS }, () => new VaultClient({ url: ready.url, household, key, transport }))

  let leaf = 0
  const make = (): Upload[] =>
    Array.from({ length: OBJECTS }, () => {
      const object = newObjectId()
      return { object, bytes: house.segment(leaf++, object, SIZE) }
    })
  const perSecond = (bytes: number, began: number): number => bytes / 1e6 / ((performance.now() - began) / 1000)
  const sizeOf = (uploads: readonly Upload[]): number => uploads.reduce((sum, { bytes }) => sum + bytes.length, 0)

  const spent = { vault: 0, clients: 0, objects: 0 }
  const ours = async (uploads: readonly Upload[]): Promise<number> => {
    const before = [cpuMs(vault.pid), process.cpuUsage()] as const
    const began = performance.now()
    const queue = uploads.values()
    await Promise.all(
      clients.map(async client => {
        for (const { object, bytes } of queue) await client.putObject(object, bytes, { attempts: 1 })
      }),
    )
    const speed = perSecond(sizeOf(uploads), began)
    const own = process.cpuUsage(before[1])
    spent.vault += cpuMs(vault.pid) - before[0]
    spent.clients += (own.user + own.system) / 1000
    spent.objects += uploads.length
    return speed
  }
  const plain = (uploads: readonly Upload[]): number => {
    const dir = join(folder.path, 'plain')
    mkdirSync(dir)
    const began = performance.now()
    for (const { object, bytes } of uploads) {
      const part = join(dir, `${object}.part`)
      const file = openSync(part, 'wx')
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      fsyncSync(file)
      closeSync(file)
      renameSync(part, join(dir, object))
    }
    const speed = perSecond(sizeOf(uploads), began)
    rmSync(dir, { recursive: true })
    return speed
  }

  // Once for nothing: code is compiled, connections and the blobs' folders are made.
  await ours(make())
  Object.assign(spent, { vault: 0, clients: 0, objects: 0 })
  let uploads = make()
  let used = 0
  const next = (): readonly Upload[] => {
    if (used++ === 2) [uploads, used] = [make(), 1]
    return uploads
  }
  const speeds = await interleaved(ROUNDS, { ours: () => ours(next()), plain: () => plain(next()) })
  const usage = await clients[0]?.usage()
  if (usage?.objects !== (ROUNDS + 1) * OBJECTS) throw new Error(`the vault holds ${usage?.objects} objects`)
  for (const [name, values] of Object.entries(speeds))
    process.stdout.write(`${name}: ${values.map(value => Math.round(value)).join(', ')} MB/s\n`)
  const [mine, peer] = [median(speeds.ours), median(speeds.plain)]
  const [atVault, atClients] = [spent.vault / spent.objects, spent.clients / spent.objects]
  const plainMs = SIZE / 1e3 / peer
  process.stdout.write(
    `an object costs the vault ${atVault.toFixed(2)} ms of CPU, its client ${atClients.toFixed(2)} ms; the plain loop ${plainMs.toFixed(2)} ms in all\n`,
  )
  report('ingest', {
    ingest: atLeast(mine, peer, GOAL, 'MB/s, against fsync and rename in a plain loop'),
    'ingest-vault-cpu': told(
      atVault,
      plainMs,
      'ms an object of CPU in the vault, against all the time of the plain loop',
    ),
  })
} finally {
  transport.close()
  await vault.stop()
  folder.remove()
}
