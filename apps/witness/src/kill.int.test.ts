import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toBase64 } from '@hausrecht/crypto/bytes'
import { householdIdOf } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { openCheckpoint } from '@hausrecht/tlog/checkpoint'
import { noteKey, parseVkey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TestLog } from './test/log.ts'
import { spawnWitness, type WitnessProcess } from './test/process.ts'

const ROUNDS = 8
const WORKERS = 8
const LOGS = 3

/** A cosignature that reached us; the numbers are ticks of a counter, to know what was over before what began. */
type Seen = { log: number; history: number; size: number; began: number; ended: number }

let dir: string
let vault: SigningKey

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'witness-kill-'))
  vault = (await generateSigningKey()).key
})
afterEach(() => rm(dir, { recursive: true }))

const argumentsOf = (): string[] => [
  ...['--dir', join(dir, 'witness'), '--name', 'witness.example/w1'],
  ...['--log', `vault.example=${toBase64(vault.publicKey)}`],
]
const originOf = (log: number): string =>
  `vault.example/hh/${householdIdOf(vault.publicKey, new Uint8Array(32).fill(log))}`

/** Two histories of each log: a vault that tries to have both cosigned. */
const makeLogs = (): TestLog[][] =>
  Array.from({ length: LOGS }, (_, log) => ['one', 'two'].map(content => new TestLog(originOf(log), vault, content)))

test(`killed ${ROUNDS} times under load it never cosigned two histories or a smaller tree`, async () => {
  const logs = makeLogs()
  const known = logs.map(() => 0)
  const seen: Seen[] = []
  const keys = new Set<string>()
  const others = new Set<number>()
  let tick = 0
  let conflicts = 0
  let cut = 0

  const work = async (witness: WitnessProcess, alive: () => boolean, onAnswer: () => void): Promise<void> => {
    while (alive()) {
      const log = Math.floor(Math.random() * LOGS)
      const history = Math.random() < 0.5 ? 0 : 1
      // Mostly the size it knows, now and then one of the past: an old proof must not bring the past back.
      const oldSize = Math.random() < 0.8 ? (known[log] ?? 0) : Math.floor(Math.random() * ((known[log] ?? 0) + 1))
      const size = oldSize + Math.floor(Math.random() * 4)
      const body = await logs[log]?.[history]?.request(oldSize, size)
      const began = tick++
      try {
        const response = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body: body ?? '' })
        const text = await response.text()
        if (response.status === 200) {
          const note = ((await logs[log]?.[history]?.checkpoint(size)) ?? '') + text
          const witnesses = [parseVkey(witness.vkey)]
          await openCheckpoint(note, {
            log: noteKey(originOf(log), TYPE_ED25519, vault.publicKey),
            witnesses,
            quorum: 1,
          })
          seen.push({ log, history, size, began, ended: tick++ })
          known[log] = Math.max(known[log] ?? 0, size)
        } else if (response.status === 409) {
          conflicts++
          known[log] = Number(text)
        } else others.add(response.status)
      } catch (error) {
        // Only the kill may cut a request off.
        if (alive() || !(error instanceof TypeError)) throw error
        cut++
      }
      onAnswer()
    }
  }

  for (let round = 0; round < ROUNDS; round++) {
    const witness = await spawnWitness(argumentsOf())
    keys.add(witness.vkey)
    let alive = true
    let left = 5 + Math.floor(Math.random() * 60)
    const killed = Promise.withResolvers<void>()
    const onAnswer = (): void => {
      if (--left > 0 || !alive) return
      alive = false
      witness.end('SIGKILL').then(killed.resolve, killed.reject)
    }
    await Promise.all(Array.from({ length: WORKERS }, () => work(witness, () => alive, onAnswer)))
    await killed.promise
  }

  expect(keys.size).toBe(1)
  for (let log = 0; log < LOGS; log++) {
    const own = seen.filter(one => one.log === log && one.size > 0)
    expect(own.length).toBeGreaterThan(2)
    expect(new Set(own.map(one => one.history)).size).toBe(1)
    const shrunk = own.flatMap(earlier =>
      own.filter(later => earlier.ended < later.began && later.size < earlier.size).map(later => [earlier, later]),
    )
    expect(shrunk).toEqual([])
  }
  // Whatever is not cosigned and no conflict is a proof that does not fit.
  expect([...others].filter(status => status !== 422)).toEqual([])
  // The load was one that could go wrong: some lost races, some were cut off.
  expect(conflicts).toBeGreaterThan(0)
  expect(cut).toBeGreaterThan(0)
})

test('file, name and folder are on the disk before the cosignature leaves', async () => {
  const trace = join(dir, 'trace')
  const calls = 'trace=fsync,rename,renameat,renameat2,write,writev,sendto,sendmsg'
  const witness = await spawnWitness(argumentsOf(), ['strace', '-f', '-s', '64', '-e', calls, '-o', trace])
  const body = await makeLogs()[0]?.[0]?.request(0, 3)
  const response = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body: body ?? '' })
  expect(response.status).toBe(200)
  await response.text()
  const pid = Number((await readFile(join(dir, 'witness', 'lock'), 'utf8')).split(' ')[0])
  process.kill(pid, 'SIGTERM')
  await witness.end('SIGCONT')
  const lines = (await readFile(trace, 'utf8')).split('\n')
  const ready = lines.findIndex(line => line.includes('http://127.0.0.1'))
  const answer = lines.findIndex(line => line.includes('HTTP/1.1 200'))
  // strace splits calls of several threads; the end of a call is the line with its result.
  const done = lines.slice(ready, answer).flatMap(line => {
    const call = /(?:^\d+ +|<\.\.\. )(fsync|rename)\w*.*= 0$/.exec(line)?.[1]
    return call === undefined ? [] : [call]
  })
  expect(answer).toBeGreaterThan(ready)
  expect(done).toEqual(['fsync', 'rename', 'fsync'])
})
