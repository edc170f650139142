import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { utf8 } from '@hausrecht/crypto/bytes'
import { householdIdOf } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { type TempFolder, tempFolder } from '@hausrecht/testkit/temp'
import { openCheckpoint, signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { formatVkey, noteKey, parseVkey, TYPE_COSIGNATURE, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { appendLeaves, type HashReader, leafHash } from '@hausrecht/tlog/tree'
import { type RunningWitness, startWitness } from '@hausrecht/witness/server'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Witnesses } from './witnesses.ts'

let folder: TempFolder
let vault: SigningKey
let witness: RunningWitness
let origin: string
const servers: Server[] = []

const start = (name: string): Promise<RunningWitness> =>
  startWitness({
    ...{ dir: join(folder.path, name), port: 0, name: `witness.test/${name}`, clock: Date },
    logs: [{ originPrefix: 'vault.test', publicKey: vault.publicKey }],
  })

beforeEach(async () => {
  folder = tempFolder('witnesses')
  vault = (await generateSigningKey()).key
  origin = `vault.test/hh/${householdIdOf(vault.publicKey, new Uint8Array(32))}`
  witness = await start('w1')
})
afterEach(async () => {
  await witness.close()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  folder.remove()
})

/** A log of the vault as far as `size`; another `text` is another history. */
async function log(size: number, text = 'leaf'): Promise<{ note: string; reader: HashReader }> {
  const leaves = Array.from({ length: size }, (_, i) => leafHash(utf8(`${text} ${i}`)))
  const { root, newNodes } = appendLeaves(0, [], leaves)
  const nodes = new Map(newNodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]))
  return {
    note: await signCheckpoint({ origin, size, root }, vault),
    reader: { read: async wanted => wanted.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? root) },
  }
}

/** What a vault knows of its witnesses: one for each process. */
const witnesses = (...peers: readonly { url: string; vkey: string }[]): Witnesses =>
  new Witnesses(peers, Date, pino({ level: 'silent' }))

/** A witness that says what it likes, in order; the last answer stays. */
async function saying(
  ...answers: readonly { status: number; text: string }[]
): Promise<{ url: string; vkey: string; asked(): number }> {
  let asked = 0
  const server = createServer((request, response) => {
    request.resume()
    const { status, text } = answers[Math.min(asked++, answers.length - 1)] ?? { status: 500, text: '' }
    response.writeHead(status, { 'content-type': status === 409 ? 'text/x.tlog.size' : 'text/plain' }).end(text)
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const { key } = await generateSigningKey()
  const vkey = formatVkey(noteKey('witness.test/odd', TYPE_COSIGNATURE, key.publicKey))
  return { url: `http://127.0.0.1:${port}`, vkey, asked: () => asked }
}

const cosigners = async (note: string, ...vkeys: readonly string[]): Promise<number> => {
  const policy = { log: noteKey(origin, TYPE_ED25519, vault.publicKey), witnesses: vkeys.map(parseVkey), quorum: 0 }
  return (await openCheckpoint(note, policy)).cosigned.size
}

describe('against a real witness', () => {
  test('a process that knows nothing learns the size from 409 and proves from there', async () => {
    const first = await log(300)
    expect(await cosigners(await witnesses(witness).cosign(first.note, first.reader), witness.vkey)).toBe(1)
    const later = await log(700)
    const fresh = witnesses(witness)
    expect(await cosigners(await fresh.cosign(later.note, later.reader), witness.vkey)).toBe(1)
    expect(fresh.states[0]?.error).toBeNull()
  })

  test('a log that was rolled back gets no line, and the operator is told', async () => {
    const long = await log(50)
    await witnesses(witness).cosign(long.note, long.reader)
    const short = await log(20)
    const asked = witnesses(witness)
    expect(await asked.cosign(short.note, short.reader)).toBe(short.note)
    expect(asked.states[0]?.error).toBe('the witness has seen 50 entries, this log has 20')
  })

  test('another history of the same size, or a longer one, gets 422 and no line', async () => {
    const honest = await log(50)
    await witnesses(witness).cosign(honest.note, honest.reader)
    for (const size of [50, 90]) {
      const forged = await log(size, 'another')
      const asked = witnesses(witness)
      expect(await asked.cosign(forged.note, forged.reader)).toBe(forged.note)
      expect(asked.states[0]?.error).toBe('witness answered 422')
    }
    const grown = await log(90)
    expect(await cosigners(await witnesses(witness).cosign(grown.note, grown.reader), witness.vkey)).toBe(1)
  })

  test('of many processes that race with one growing log, who is cosigned is of one history, and the newest is', async () => {
    const processes = Array.from({ length: 6 }, () => witnesses(witness))
    for (let round = 1; round <= 12; round++) {
      // Each has come a little further than the one before, as processes on one database do.
      const notes = await Promise.all(
        processes.map(async (process, i) => {
          const { note, reader } = await log(round * 10 + i)
          return process.cosign(note, reader)
        }),
      )
      const counts = await Promise.all(notes.map(note => cosigners(note, witness.vkey)))
      // The largest can always be proven: nobody is ahead of it.
      expect(counts.at(-1)).toBe(1)
      expect(processes.at(-1)?.states[0]?.error).toBeNull()
    }
  })

  test('two witnesses of one name are two', async () => {
    const namesake = await startWitness({
      ...{ dir: join(folder.path, 'namesake'), port: 0, name: 'witness.test/w1', clock: Date },
      logs: [{ originPrefix: 'vault.test', publicKey: vault.publicKey }],
    })
    try {
      const both = witnesses(witness, namesake)
      const { note, reader } = await log(5)
      const cosigned = await both.cosign(note, reader)
      expect([await cosigners(cosigned, witness.vkey), await cosigners(cosigned, namesake.vkey)]).toEqual([1, 1])
      expect(both.states.map(({ vkey, error }) => [vkey, error])).toEqual([
        [witness.vkey, null],
        [namesake.vkey, null],
      ])
    } finally {
      await namesake.close()
    }
  })
})

describe('against a witness that is broken', () => {
  test.each([
    ['no size', ''],
    ['words', 'twelve\n'],
    ['a negative size', '-1\n'],
    ['a size with a leading zero', '07\n'],
    ['a size that numbers cannot hold', '9007199254740992\n'],
    ['two sizes', '7\n8\n'],
  ])('409 with %s is nonsense', async (_, text) => {
    const odd = await saying({ status: 409, text })
    const asked = witnesses(odd)
    const { note, reader } = await log(10)
    expect(await asked.cosign(note, reader)).toBe(note)
    expect([odd.asked(), asked.states[0]?.error]).toEqual([1, 'witness answered nonsense'])
  })

  test('one that says the same size again is not asked on and on', async () => {
    const odd = await saying({ status: 409, text: '3\n' })
    const asked = witnesses(odd)
    const { note, reader } = await log(10)
    expect(await asked.cosign(note, reader)).toBe(note)
    expect([odd.asked(), asked.states[0]?.error]).toEqual([2, 'witness answered 409'])
  })

  test('a line that is false, of another key, or none is not taken', async () => {
    const { note, reader } = await log(10)
    for (const text of [
      '',
      'ok\n',
      '\u2014 witness.test/odd AAAAAAAA\n',
      `\u2014 witness.test/other ${'A'.repeat(104)}\n`,
    ]) {
      const odd = await saying({ status: 200, text })
      const asked = witnesses(odd)
      expect(await asked.cosign(note, reader)).toBe(note)
      expect(asked.states[0]?.error).not.toBeNull()
    }
  })
})
