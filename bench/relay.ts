import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { leafAt } from '../packages/chain/src/leaf.ts'
import { encodeLive } from '../packages/contract/src/relay.ts'
import { fromBase64 } from '../packages/crypto/src/bytes.ts'
import { startProgram, waitForOutput } from '../packages/testkit/src/program.ts'
import { RawHousehold } from '../packages/testkit/src/raw-household.ts'
import { access, Line, livePart } from '../packages/testkit/src/relay-line.ts'
import { tempFolder } from '../packages/testkit/src/temp.ts'
import { until } from '../packages/testkit/src/until.ts'
import { atLeast, interleaved, median, report } from './lib.ts'

/**
 * Live parts of one camera through the vault to many viewers, as fast as they go: how many viewers of 4 Mbit/s one core of the vault
 * would serve, by the processor time that its process took. Paired with a program that passes the same bytes on to the same number of
 * plain WebSockets and asks nobody anything.
 */
const DEVICES = 12
/** As many as a device may have. */
const LINES = 8
const PARTS = 160
/** An eighth of a second of 4 Mbit/s. */
const PART_BYTES = 62_500
const VIEWER_BYTES_PER_SECOND = 500_000
/** Every second one begins with a key frame. */
const GROUP = 8
/** Bytes on their way to the slowest viewer at once: less than the vault would leave parts out for. */
const AHEAD = 6 * PART_BYTES
const ROUNDS = 7
const GOAL = 0.7
const ROOT = join(import.meta.dirname, '..')

/** Processor time of a process so far, in seconds (proc(5): fields 14 and 15, in ticks of 10 ms). */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** A viewer that only counts. */
class Sink {
  bytes = 0
  constructor(line: Line) {
    line.socket.removeAllListeners('message')
    line.socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.bytes += data.length
    })
  }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const folder = tempFolder('bench-relay')
const vault = await startProgram(process.execPath, [
  join(ROOT, 'apps/vault/src/main.ts'),
  ...['--dir', join(folder.path, 'vault'), '--port', '0', '--log-level', 'silent'],
])
const plain = await startProgram(process.execPath, [join(ROOT, 'packages/testkit/src/plain-relay.ts')])
const lines: Line[] = []
try {
  const ready = JSON.parse(await waitForOutput(vault, /\{"ready".*\}\n/, 60_000))
  const { port } = JSON.parse(await waitForOutput(plain, /\{.*\}\n/))
  const house = await RawHousehold.found({ ...ready, publicKey: fromBase64(ready.key) })
  const leaf = leafAt(Date.now())
  const parts = Array.from({ length: GROUP * 2 }, (_, at) =>
    encodeLive({ startsWithKey: at % GROUP === 0, object: livePart(house, leaf, { size: PART_BYTES }) }),
  )
  const hub = await Line.open(house, house.founder)
  lines.push(hub)
  const viewers: Sink[] = []
  for (let device = 0; device < DEVICES; device++) {
    const key = await house.add('session')
    const token = await access(house, key, leaf - 30, leaf + 300)
    for (let i = 0; i < LINES; i++) {
      const line = await Line.open(house, key)
      lines.push(line)
      line.say({ type: 'watch', stream: house.camera, token })
      await line.hears('watching')
      viewers.push(new Sink(line))
    }
  }
  const others: Line[] = []
  for (let i = 0; i <= viewers.length; i++) {
    const line = new Line(`http://127.0.0.1:${port}`, house.household)
    await line.opened()
    others.push(line)
    lines.push(line)
  }
  const [source, ...sinks] = others
  if (!source) throw new Error('no source')
  const plainViewers = sinks.map(line => new Sink(line))

  /** Viewers a core. */
  const run = async (from: Line, to: readonly Sink[], pid: number): Promise<number> => {
    for (const sink of to) sink.bytes = 0
    const slowest = (): number => Math.min(...to.map(({ bytes }) => bytes))
    const before = processorSeconds(pid)
    const end = performance.now() + 60_000
    let sent = 0
    for (let i = 0; i < PARTS; i++) {
      const part = parts[i % parts.length] ?? new Uint8Array(0)
      from.socket.send(part)
      sent += part.length
      while (slowest() < sent - AHEAD) {
        if (performance.now() > end) throw new Error('a viewer lost parts')
        await turn()
      }
    }
    await until(() => slowest() === sent, { what: 'everything at every viewer' })
    return (sent * to.length) / (processorSeconds(pid) - before) / VIEWER_BYTES_PER_SECOND
  }
  // Until both have compiled what they do.
  await run(hub, viewers, vault.pid)
  await run(source, plainViewers, plain.pid)
  const results = await interleaved(ROUNDS, {
    vault: () => run(hub, viewers, vault.pid),
    plain: () => run(source, plainViewers, plain.pid),
  })
  report('relay', { viewers: atLeast(median(results.vault), median(results.plain), GOAL, 'viewers per core') })
} finally {
  for (const line of lines) line.socket.terminate()
  await vault.stop()
  await plain.stop()
  folder.remove()
}
