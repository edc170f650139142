import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { tempFolder } from '@hausrecht/testkit/temp'
import { parseCheckpoint } from '@hausrecht/tlog/checkpoint'
import { parseNote } from '@hausrecht/tlog/note'
import { formatProofFile } from '@hausrecht/tlog/proof-file'
import { inclusionProof } from '@hausrecht/tlog/proofs'
import { formatTilePath, TILE_WIDTH, tileReader } from '@hausrecht/tlog/tiles'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { folderFiles } from '../audit/folder-files.ts'
import { MadeLog } from '../audit/test/made-log.ts'
import type { Context } from '../context.ts'
import type { Handler } from '../handler.ts'
import type { Language } from '../language.ts'
import { createOutput } from '../output.ts'
import { given } from '../program/options.ts'
import { createAsker } from '../terminal/ask.ts'
import { verifyLog } from './verify-log.ts'
import { verifyProof } from './verify-proof.ts'

let folder: ReturnType<typeof tempFolder>
let log: MadeLog
const servers: Server[] = []
beforeAll(async () => {
  log = await MadeLog.found()
  for (let i = 0; i < 260; i++) await log.access(i)
})
beforeEach(async () => {
  folder = tempFolder('verify')
  await log.write(join(folder.path, 'log'))
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  folder.remove()
})

type Ran = { readonly code: number | undefined; readonly text: string; readonly values: readonly unknown[] }
type Asked = { readonly options?: Record<string, string>; readonly language?: Language; readonly stop?: AbortSignal }

/** Runs a command in a folder without a household. */
async function run(
  handler: Handler,
  args: readonly string[],
  { options = {}, language = 'en', stop }: Asked = {},
): Promise<Ran> {
  let text = ''
  let json = ''
  const context: Context = {
    ...{ language, env: {}, clock: Date, invocation: 'hausrecht', version: '0' },
    out: createOutput(
      { stdout: { write: part => (json += part) }, stderr: { write: part => (text += part) }, env: {} },
      true,
    ),
    ask: createAsker(process.stdin, process.stderr),
    dataDir: join(folder.path, 'nobody'),
    signal: stop ?? new AbortController().signal,
  }
  const code = await handler(context, args, given(options, 'hausrecht'))
  return { code, text, values: json.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)])) }
}
const logPath = (...rest: string[]): string => join(folder.path, 'log', ...rest)
const refused = (handler: Handler, args: readonly string[], asked?: Asked): Promise<unknown> =>
  run(handler, args, asked).then(
    () => 'accepted',
    error => error.code,
  )

describe('verify log', () => {
  test.each([
    ['en', '✓ Leaves: all 263 hash to the root', 'Everything that was checked is true.'],
    ['de', '✓ Zeilen: alle 263 ergeben die Wurzel', 'Alles Geprüfte stimmt.'],
  ] as const)('in %s, without a household or a network', async (language, leaves, end) => {
    const { code, text, values } = await run(verifyLog, [logPath()], { language })
    expect(code).toBe(0)
    expect(text).toContain(leaves)
    expect(text.trim().endsWith(end)).toBe(true)
    expect(values.at(-1)).toMatchObject({
      ...{ type: 'audit', ok: true, against: 'log', log: { origin: log.origin, size: 263 } },
      types: { access: 260, genesis: 1, add_stream: 1, generation: 1 },
      readers: [{ count: 260 }],
    })
  })

  test('a changed byte ends with 1 and the check by name', async () => {
    const file = logPath('tile/entries/001.p/7')
    writeFileSync(file, readFileSync(file).with(200, 0))
    const { code, text, values } = await run(verifyLog, [logPath()])
    expect(code).toBe(1)
    expect(text).toContain('✕ Leaves: they do not hash to the root of the checkpoint')
    expect(text).not.toContain('This proves')
    expect(values.at(-1)).toMatchObject({
      ok: false,
      checks: expect.arrayContaining([expect.objectContaining({ check: 'leaves', state: 'failed' })]),
    })
  })

  test('a policy of one’s own goes before the one that came with the log', async () => {
    const other = await MadeLog.found()
    writeFileSync(join(folder.path, 'mine'), other.policy)
    const { code, values } = await run(verifyLog, [logPath()], { options: { policy: join(folder.path, 'mine') } })
    expect([code, values.at(-1)]).toMatchObject([1, { against: 'file' }])
    rmSync(logPath('policy'))
    const alone = await run(verifyLog, [logPath()])
    expect([alone.code, alone.values.at(-1)]).toMatchObject([0, { against: 'nobody' }])
    expect(alone.text).toContain('no witness is asked for')
  })

  test('what is no log, no policy or no file is said', async () => {
    writeFileSync(join(folder.path, 'bad'), 'quorum nobody\n')
    expect(await refused(verifyLog, [join(folder.path, 'nothing')])).toBe('no_log')
    expect(await refused(verifyLog, [folder.path])).toBe('no_log')
    expect(await refused(verifyLog, [])).toBe('not_set_up')
    const policy = (name: string): Asked => ({ options: { policy: join(folder.path, name) } })
    expect(await refused(verifyLog, [logPath()], policy('bad'))).toBe('bad_policy')
    expect(await refused(verifyLog, [logPath()], policy('gone'))).toBe('unreadable')
    expect(await refused(verifyLog, [logPath()], { stop: AbortSignal.abort() })).toBe('interrupted')
  })
})

describe('over the web', () => {
  /** Offers the folder as any web server does; `status` answers instead of a file. */
  async function serve(status?: (path: string, time: number) => number): Promise<string> {
    let time = 0
    const files = folderFiles(logPath())
    const server = createServer(async (request, response) => {
      const path = (request.url ?? '').slice('/our-log/'.length)
      const other = status?.(path, time++) ?? 200
      const bytes = other === 200 ? await files.read(path) : null
      response.writeHead(bytes === null && other === 200 ? 404 : other).end(bytes ?? '')
    })
    servers.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/our-log/`
  }

  test('a published folder verifies, through failures that pass', async () => {
    const { code, values } = await run(verifyLog, [await serve((_, time) => (time % 5 === 1 ? 503 : 200))])
    expect([code, values.at(-1)]).toMatchObject([0, { ok: true, against: 'log' }])
  })

  test('a file that is missing there is named; a closed door and silence are other things', async () => {
    const { values } = await run(verifyLog, [await serve(path => (path === 'tile/1/000.p/1' ? 404 : 200))])
    expect(values.at(-1)).toMatchObject({
      ok: false,
      checks: expect.arrayContaining([
        { check: 'tiles', state: 'failed', fault: { code: 'missing_tile', path: 'tile/1/000.p/1' } },
      ]),
    })
    expect(await refused(verifyLog, [await serve(() => 401)])).toBe('log_not_open')
    expect(await refused(verifyLog, [await serve(() => 404)])).toBe('no_log')
    expect(await refused(verifyLog, [await serve(() => 500)])).toBe('log_unreachable')
    expect(await refused(verifyLog, ['http://127.0.0.1:1/'])).toBe('log_unreachable')
  })
})

describe('verify proof', () => {
  /** A proof of a leaf, made from the exported tiles alone, and its file. */
  async function prove(index: number, extra: Uint8Array | null, change = (text: string) => text): Promise<string> {
    const checkpoint = readFileSync(logPath('checkpoint'), 'utf8')
    const { size } = parseCheckpoint(parseNote(checkpoint).text)
    const reader = tileReader(size, async path => (await folderFiles(logPath()).read(path)) ?? new Uint8Array(0))
    const proof = await inclusionProof(index, size, reader)
    const file = join(folder.path, `${index}.tlog-proof`)
    writeFileSync(file, change(formatProofFile({ index, proof, checkpoint, extra })))
    return file
  }
  const policy = (): Asked => ({ options: { policy: logPath('policy') } })
  const leaf = (index: number): Uint8Array => log.leaves[index] ?? new Uint8Array(0)

  test('holds with the entry in it or beside it, and says what it says', async () => {
    const { code, text, values } = await run(verifyProof, [await prove(1, leaf(1))], policy())
    expect(code).toBe(0)
    expect(text).toContain(`this is leaf 1 of ${log.origin}`)
    expect(values).toMatchObject([{ type: 'proof', ok: true, index: 1, size: 263, leaf: { type: 'add_stream' } }])
    const entry = join(folder.path, 'entry')
    writeFileSync(entry, leaf(100))
    const beside = await run(verifyProof, [await prove(100, null)], {
      options: { ...policy().options, entry },
      language: 'de',
    })
    expect([beside.code, beside.values[0]]).toMatchObject([0, { leaf: { type: 'access' } }])
    expect(beside.text).toContain('Wahr: Das ist Zeile 100')
  })

  test('fails with the reason', async () => {
    const cases = [
      [await prove(2, leaf(1)), 'bad_inclusion'],
      [await prove(3, leaf(3), text => text.replace('index 3', 'index 4')), 'bad_inclusion'],
      [await prove(4, leaf(4), text => text.replace('\n263\n', '\n264\n')), 'bad_signature'],
      [await prove(5, leaf(5), text => text.replace(/\u2014 witness.*\n/, '')), 'too_few_witnesses'],
      [await prove(6, leaf(6), text => text.replaceAll(log.origin, `${log.origin}x`)), 'wrong_origin'],
      [await prove(7, leaf(7), () => 'hello'), 'bad_proof'],
    ] as const
    for (const [file, code] of cases) {
      const ran = await run(verifyProof, [file], policy())
      expect([ran.code, ran.values], file).toEqual([1, [{ type: 'proof', ok: false, code }]])
    }
  })

  test('needs the entry and keys to hold it against', async () => {
    expect(await refused(verifyProof, [await prove(8, null)], policy())).toBe('usage')
    expect(await refused(verifyProof, [await prove(8, leaf(8))])).toBe('no_policy')
    expect(await refused(verifyProof, [join(folder.path, 'gone')], policy())).toBe('unreadable')
    writeFileSync(join(folder.path, 'nolog'), 'quorum none\n')
    expect(
      await refused(verifyProof, [await prove(8, leaf(8))], { options: { policy: join(folder.path, 'nolog') } }),
    ).toBe('no_policy')
  })
})

test('the tiles of an export have the names of c2sp.org/tlog-tiles', () => {
  expect(
    readFileSync(logPath(formatTilePath({ kind: 'entries', index: 0, width: TILE_WIDTH }))).length,
  ).toBeGreaterThan(0)
})
