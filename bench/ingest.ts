import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
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

const connected = (host: string, port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => resolve(socket))
  })

const folder = tempFolder('bench-ingest')
const vault = await startProgram(process.execPath, [
  VAULT,
  ...['--dir', join(folder.path, 'vault'), '--port', '0', '--log-level', 'silent'],
])
const sockets: Socket[] = []
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
  const { hostname, port } = new URL(house.url)
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connected(hostname, Number(port))))
  sockets.push(...clients)
  /** Plain sockets: what a client library costs is not the vault's. */
  const put = (socket: Socket, { target, headers, bytes }: Upload): Promise<void> =>
    new Promise((resolve, reject) => {
      let text = ''
      const read = (part: Buffer): void => {
        text += part.toString('latin1')
        const head = text.indexOf('\r\n\r\n')
        const length = /content-length: (\d+)/i.exec(text)?.[1]
        if (head < 0 || text.length < head + 4 + Number(length)) return
        socket.off('data', read)
        if (text.startsWith('HTTP/1.1 200 ')) resolve()
        else reject(new Error(text))
      }
      socket.on('data', read)
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      socket.cork()
      socket.write(`PUT ${target} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n${lines.join('')}\r\n`)
      socket.write(bytes)
      socket.uncork()
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
  const ours = async (all: readonly Upload[]): Promise<number> => {
    const work = [...all]
    const began = performance.now()
    await Promise.all(
      clients.map(async client => {
        for (let upload = work.pop(); upload; upload = work.pop()) await put(client, upload)
      }),
    )
    return megabytes(all) / ((performance.now() - began) / 1000)
  }
  // A vault runs for months: the first objects of its life, when code is compiled and folders are made, do not count.
  await ours(await prepare())
  const speeds = await interleaved(ROUNDS, {
    ours: async () => ours(await next()),
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
  for (const socket of sockets) socket.destroy()
  await vault.stop()
  folder.remove()
}
