import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { householdIdOf } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { openCheckpoint, signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { formatVkey, noteKey, parseVkey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { MAX_PROOF_HASHES } from '@hausrecht/tlog/proofs'
import { EMPTY_ROOT, leafHash } from '@hausrecht/tlog/tree'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseLog } from './log-names.ts'
import { BODY_MAX_BYTES } from './request.ts'
import { HEADERS_MAX_BYTES, type RunningWitness, startWitness } from './server.ts'
import { WitnessState } from './state.ts'
import { TestLog } from './test/log.ts'
import { Witness } from './witness.ts'

const NOW = 1_700_000_000_000
let dir: string
let vault: SigningKey
let log: TestLog
let witness: RunningWitness

const options = () => ({
  dir,
  port: 0,
  name: 'witness.example/w1',
  logs: [{ originPrefix: 'vault.example', publicKey: vault.publicKey }],
  clock: { now: () => NOW },
})

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'witness-'))
  vault = (await generateSigningKey()).key
  log = new TestLog(`vault.example/hh/${householdIdOf(vault.publicKey, new Uint8Array(32))}`, vault)
  witness = await startWitness(options())
})
afterEach(async () => {
  await witness.close()
  await rm(dir, { recursive: true })
})

const post = (body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body })
const status = async (body: string | Uint8Array<ArrayBuffer>): Promise<number> => (await post(body)).status

describe('add-checkpoint', () => {
  test('cosigns a log as it grows, in a way that openCheckpoint accepts', async () => {
    const policy = {
      log: noteKey(log.origin, TYPE_ED25519, vault.publicKey),
      witnesses: [parseVkey(witness.vkey)],
      quorum: 1,
    }
    for (const [oldSize, newSize] of [
      [0, 1],
      [1, 5],
      [5, 5],
      [5, 8],
    ] as const) {
      const response = await post(await log.request(oldSize, newSize))
      expect(response.status).toBe(200)
      const opened = await openCheckpoint((await log.checkpoint(newSize)) + (await response.text()), policy)
      expect(opened.cosigned.get('witness.example/w1')).toBe(NOW)
    }
  })

  test('409 tells the size it knows, in the type of the specification', async () => {
    await post(await log.request(0, 3))
    for (const oldSize of [0, 2, 4]) {
      const response = await post(await log.request(oldSize, 6))
      expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
        409,
        'text/x.tlog.size',
        '3\n',
      ])
    }
  })

  test('a smaller tree and another tree of the same size are not cosigned', async () => {
    await post(await log.request(0, 5))
    expect(await status(await log.request(3, 3))).toBe(409)
    expect(await status(await log.request(5, 3))).toBe(400)
    const other = new TestLog(log.origin, vault, 'another history')
    expect(await status(await other.request(5, 5))).toBe(422)
    expect(await status(await other.request(5, 9))).toBe(422)
    expect(await status(await log.request(5, 9))).toBe(200)
  })

  test('422 for proofs where none belong, wrong ones, and an empty tree with another root', async () => {
    const hash = `${toBase64(new Uint8Array(32))}\n`
    expect(await status(`old 0\n${hash}\n${await log.checkpoint(2)}`)).toBe(422)
    expect(
      await status(
        `old 0\n\n${await signCheckpoint({ origin: log.origin, size: 0, root: leafHash(utf8('')) }, vault)}`,
      ),
    ).toBe(422)
    expect(
      await status(`old 0\n\n${await signCheckpoint({ origin: log.origin, size: 0, root: EMPTY_ROOT }, vault)}`),
    ).toBe(200)
    expect(await status(await log.request(0, 5))).toBe(200)
    expect(await status(`old 5\n${hash}\n${await log.checkpoint(7)}`)).toBe(422)
    expect(await status(`old 5\n\n${await log.checkpoint(7)}`)).toBe(422)
  })

  test('403 for another’s signature, a false one, and none', async () => {
    const stranger = (await generateSigningKey()).key
    expect(await status(await new TestLog(log.origin, stranger).request(0, 2))).toBe(403)
    expect(await status((await log.request(0, 2)).replace('\n2\n', '\n3\n'))).toBe(403)
    expect(await status(`old 0\n\n${log.origin}\n`)).toBe(400)
  })

  test('404 for logs it does not follow, whoever signed', async () => {
    const id = log.origin.slice(-26)
    for (const origin of [
      `other.example/hh/${id}`,
      `vault.example/${id}`,
      `vault.example/hh/${id}x`,
      'vault.example/hh/',
      `vault.example/hh/x/${id}`,
      '../../etc/passwd',
    ])
      expect(await status(await new TestLog(origin, vault).request(0, 1)), origin).toBe(404)
    expect(await readdir(join(dir, 'logs'))).toEqual([])
  })

  test('400 for what is no request', async () => {
    const good = await log.request(0, 2)
    const hash = `${toBase64(new Uint8Array(32))}\n`
    for (const body of [
      '',
      '\n\n',
      'hello',
      good.replace('old 0', 'old'),
      good.replace('old 0', 'old 00'),
      good.replace('old 0', 'old -1'),
      good.replace('old 0', 'old 9007199254740992'),
      good.replace('old 0\n', 'old 0\n\n'),
      good.replace('old 0\n', 'old 0\nAAAA\n'),
      good.replace('old 0\n', 'old 0\n*\n'),
      good.replace('old 0\n', `old 0\n${hash.repeat(MAX_PROOF_HASHES + 1)}`),
      good.replaceAll('\n', '\r\n'),
      good.slice(0, -1),
      `\ufeff${good}`,
    ])
      expect(await status(body), JSON.stringify(body)).toBe(400)
    expect(await status(Uint8Array.of(...utf8(good), 0xff))).toBe(400)
  })

  test('the longest request is read, a longer one is not', async () => {
    const filler = `\u2014 other ${toBase64(new Uint8Array(3000))}\n`
    const request = (await log.request(0, 2)) + filler.repeat(31)
    expect(await status(request)).toBe(200)
    expect(await status(new Uint8Array(BODY_MAX_BYTES + 1))).toBe(413)
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(BODY_MAX_BYTES + 1))
        controller.close()
      },
    })
    const streamed = { method: 'POST', body: stream, duplex: 'half' } as RequestInit
    expect((await fetch(`${witness.url}/add-checkpoint`, streamed)).status).toBe(413)
  })

  test('headers are bounded', async () => {
    const ask = async (length: number): Promise<number> => {
      const headers = { 'x-long': 'x'.repeat(length) }
      const body = await log.request(0, 2)
      return (await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body, headers })).status
    }
    expect(await ask(HEADERS_MAX_BYTES)).toBe(431)
    expect(await ask(HEADERS_MAX_BYTES / 2)).toBe(200)
  })

  test('there is no other door', async () => {
    for (const path of ['/', '/add-checkpoint/', '/add-checkpoint?x', '/metrics', '/logs'])
      expect((await fetch(witness.url + path, { method: 'POST', body: '' })).status, path).toBe(404)
    const wrong = await fetch(`${witness.url}/add-checkpoint`)
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('of many requests at once, all cosigned trees are one history', async () => {
    const bodies = await Promise.all(Array.from({ length: 20 }, (_, i) => log.request(0, i + 1)))
    const answers = await Promise.all(bodies.map(post))
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(1)
    expect(answers.filter(answer => answer.status === 409)).toHaveLength(19)
  })
})

describe('what it keeps', () => {
  test('key and state outlive it, for its user only', async () => {
    await post(await log.request(0, 4))
    const { vkey } = witness
    await witness.close()
    witness = await startWitness(options())
    expect(witness.vkey).toBe(vkey)
    expect(await status(await log.request(0, 9))).toBe(409)
    expect(await status(await log.request(4, 9))).toBe(200)
    const modes = await Promise.all(
      [
        dir,
        join(dir, 'witness.key'),
        join(dir, 'logs'),
        join(dir, 'logs', (await readdir(join(dir, 'logs')))[0] ?? ''),
      ].map(async path => (await stat(path)).mode & 0o077),
    )
    expect(modes).toEqual([0, 0, 0, 0])
  })

  test('a damaged state is not a reason to start over', async () => {
    await post(await log.request(0, 4))
    const [name] = await readdir(join(dir, 'logs'))
    const path = join(dir, 'logs', name ?? '')
    for (const content of ['', 'x', (await readFile(path, 'utf8')).replace(log.origin, 'another')]) {
      await writeFile(path, content)
      expect(await status(await log.request(0, 6))).toBe(500)
    }
  })

  test('a damaged key, a bad name and a bad log key stop the start', async () => {
    await expect(startWitness(options())).rejects.toThrow(expect.objectContaining({ code: 'folder_in_use' }))
    await witness.close()
    for (const [change, code] of [
      [{ name: 'with space' }, 'bad_config'],
      [{ logs: [{ originPrefix: 'a', publicKey: new Uint8Array(32) }] }, 'bad_config'],
    ] as const)
      await expect(startWitness({ ...options(), ...change })).rejects.toThrow(expect.objectContaining({ code }))
    await writeFile(join(dir, 'witness.key'), 'short')
    await expect(startWitness(options())).rejects.toThrow(expect.objectContaining({ code: 'damaged_key' }))
    await rm(join(dir, 'witness.key'))
    witness = await startWitness(options())
  })

  test('a lock that a killed witness left is taken over, with what it was writing', async () => {
    await witness.close()
    // No process has this id: Linux stops at 2^22.
    await writeFile(join(dir, 'lock'), '99999999 1')
    await writeFile(join(dir, 'logs', '.new-0011'), 'half a chec')
    witness = await startWitness(options())
    expect(await readdir(join(dir, 'logs'))).toEqual([])
  })

  test('the number of logs is bounded, known ones go on', async () => {
    const state = await WitnessState.open(join(dir, 'bounded'))
    const { key } = await generateSigningKey()
    const { logs } = options()
    const small = new Witness({ name: 'w', key, state, logs, clock: Date, maxLogs: 1 })
    const second = new TestLog(`vault.example/hh/${householdIdOf(key.publicKey, new Uint8Array(32))}`, vault)
    const ask = async (body: Promise<string>): Promise<number> => (await small.addCheckpoint(utf8(await body))).status
    expect(await ask(log.request(0, 1))).toBe(200)
    expect(await ask(second.request(0, 1))).toBe(503)
    expect(await ask(log.request(1, 2))).toBe(200)
  })
})

describe('several logs', () => {
  test('of several vaults and single logs each has its own key and its own history', async () => {
    const [a, b, single, stranger] = await Promise.all(
      Array.from({ length: 4 }, async () => (await generateSigningKey()).key),
    )
    if (!a || !b || !single || !stranger) throw new Error('keys')
    const state = await WitnessState.open(join(dir, 'several'))
    const { key } = await generateSigningKey()
    const one = 'log.elsewhere.example/2026'
    const logs = [
      { originPrefix: 'a.example', publicKey: a.publicKey },
      { originPrefix: 'b.example/hh/', publicKey: b.publicKey },
      { origin: one, publicKey: single.publicKey },
    ]
    const many = new Witness({ name: 'w', key, state, logs, clock: Date })
    const id = (seed: number): string => householdIdOf(key.publicKey, new Uint8Array(32).fill(seed))
    const ask = async (origin: string, by: SigningKey, from: number, to: number): Promise<number> =>
      (await many.addCheckpoint(utf8(await new TestLog(origin, by).request(from, to)))).status
    const known = [
      [`a.example/hh/${id(1)}`, a],
      [`a.example/hh/${id(2)}`, a],
      [`b.example/hh/${id(1)}`, b],
      [one, single],
    ] as const
    for (const [origin, by] of known) expect(await ask(origin, by, 0, 3), origin).toBe(200)
    expect(state.logs).toBe(known.length)
    for (const [origin, by] of known) expect(await ask(origin, by, 3, 5), origin).toBe(200)
    expect(await ask(`a.example/hh/${id(1)}`, b, 5, 6)).toBe(403)
    expect(await ask(one, stranger, 5, 6)).toBe(403)
    for (const origin of [
      `${one}/hh/${id(1)}`,
      `log.elsewhere.example/hh/${id(1)}`,
      'a.example',
      `c.example/hh/${id(1)}`,
    ])
      expect(await ask(origin, single, 0, 1), origin).toBe(404)
  })

  test('one log is written as its verifier key', () => {
    const key = noteKey(log.origin, TYPE_ED25519, vault.publicKey)
    expect(parseLog(formatVkey(key))).toEqual({ origin: log.origin, publicKey: vault.publicKey })
    expect(() => parseLog(witness.vkey)).toThrow(expect.objectContaining({ code: 'bad_config' }))
  })
})

test('a vault is written as ORIGIN=KEY', () => {
  const key = toBase64(new Uint8Array(32).fill(7))
  expect(parseLog(`vault.example/hh/=${key}`)).toEqual({
    originPrefix: 'vault.example/hh/',
    publicKey: new Uint8Array(32).fill(7),
  })
  for (const text of ['', key, `=${key}`, 'a=*']) expect(() => parseLog(text), text).toThrow()
})
