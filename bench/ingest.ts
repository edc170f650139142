import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { fromBase64 } from '../packages/crypto/src/bytes.ts'
import { newObjectId } from '../packages/crypto/src/ids.ts'
import { startProgram, waitForOutput } from '../packages/testkit/src/program.ts'
import { RawHousehold } from '../packages/testkit/src/raw-household.ts'
import { signedHeaders } from '../packages/testkit/src/raw-request.ts'
import { tempFolder } from '../packages/testkit/src/temp.ts'
import { atLeast, interleaved, median, report } from './lib.ts'

/**
 * Sealed objects of 1 MiB into a vault in a process of its own: HTTP, signature, hash, blob and row durable before each answer.
 * Paired with a plain loop that writes the very same bytes with fsync and rename, file after file. Requests are signed before.
 */
const OBJECTS = 64
const OBJECT_BYTES = 1024 * 1024
const CLIENTS = 4
const ROUNDS = 7
const GOAL = 0.4
const VAULT = join(import.meta.dirname, '..', 'apps/vault/src/main.ts')

type Upload = { readonly target: string; readonly headers: Record<string, string>; readonly bytes: Uint8Array }

const folder = tempFolder('bench-ingest')
const vault = await startProgram(process.execPath, [
  VAULT,
  ...['--dir', join(folder.path, 'vault'), '--port', '0', '--log-level', 'silent'],
])
const agents = Array.from({ length: CLIENTS }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
try {
  const ready = JSON.parse(await waitForOutput(vault, /\{"ready".*\}\n/, 60_000))
  const house = await RawHousehold.found({ ...ready, publicKey: fromBase64(ready.key) })
  let leaf = 0
  const prepare = async (): Promise<readonly Upload[]> => {
    const uploads: Upload[] = []
    for (let i = 0; i < OBJECTS; i++) {
      const id = newObjectId()
      // A little less than 1 MiB, so that padding comes out at it.
      const bytes = house.segment(++leaf, id, OBJECT_BYTES - 1024)
      const target = house.path(`/objects/${id}`)
      const signed = await signedHeaders(house.founder, 'PUT', target, bytes)
      const type = { 'content-type': 'application/octet-stream', 'content-length': String(bytes.length) }
      uploads.push({ target, headers: { ...signed, ...type }, bytes })
    }
    return uploads
  }
  const put = (agent: Agent, { target, headers, bytes }: Upload): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = request(house.url + target, { agent, method: 'PUT', headers }, response => {
        response.resume()
        response.once('end', () => {
          if (response.statusCode === 200) resolve()
          else reject(new Error(`the vault answers ${response.statusCode}`))
        })
      })
      sent.once('error', reject)
      sent.end(bytes)
    })
  const megabytes = (uploads: readonly Upload[]): number =>
    uploads.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6

  let uploads = await prepare()
  let asked = 0
  /** Both contenders of a round get the same bytes. */
  const next = async (): Promise<readonly Upload[]> => {
    if (asked > 0 && asked % 2 === 0) uploads = await prepare()
    asked++
    return uploads
  }
  let round = 0
  const speeds = await interleaved(ROUNDS, {
    ours: async () => {
      const work = [...(await next())]
      const all = megabytes(work)
      const began = performance.now()
      await Promise.all(
        agents.map(async agent => {
          for (let upload = work.pop(); upload; upload = work.pop()) await put(agent, upload)
        }),
      )
      return all / ((performance.now() - began) / 1000)
    },
    plain: async () => {
      const work = await next()
      const dir = join(folder.path, `plain-${round++}`)
      mkdirSync(dir)
      const began = performance.now()
      for (const [i, { bytes }] of work.entries()) {
        const file = openSync(join(dir, 'part'), 'w')
        writeSync(file, bytes)
        fsyncSync(file)
        closeSync(file)
        renameSync(join(dir, 'part'), join(dir, String(i)))
      }
      const speed = megabytes(work) / ((performance.now() - began) / 1000)
      rmSync(dir, { recursive: true })
      return speed
    },
  })
  for (const [name, values] of Object.entries(speeds))
    process.stdout.write(`${name}: ${values.map(value => Math.round(value)).join(', ')} MB/s\n`)
  report('ingest', {
    ingest: atLeast(
      median(speeds.ours),
      median(speeds.plain),
      GOAL,
      'MB/s, against writing the same bytes with fsync and rename',
    ),
  })
} finally {
  for (const agent of agents) agent.destroy()
  await vault.stop()
  folder.remove()
}
