import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { frameNumbers, jumps } from './frame-numbers.ts'
import { ask, freePorts, hausrecht, type Product, start, talk, values } from './product.ts'

type Stream = { codec_name: string; codec_type: string }

/** What ffprobe, which knows nothing of us, sees in a file. */
const probe = (file: string): { streams: Stream[]; duration: number } => {
  const shown = execFileSync('ffprobe', ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', file], {
    encoding: 'utf8',
  })
  const { streams, format } = JSON.parse(shown)
  return { streams, duration: Number(format.duration) }
}

const iso = (time: number): string => new Date(time).toISOString()

describe('the first hour of a new user', () => {
  const [data, second, outputs] = [tempFolder('first'), tempFolder('second'), tempFolder('out')]
  const at = ['--data', data.path] as const
  let product: Product
  let began = 0

  const cameraNow = async (): Promise<Record<string, unknown> | undefined> => {
    const { cameras } = await ask(['status', ...at])
    return Array.isArray(cameras) ? cameras[0] : undefined
  }
  const sealedAfter = (time: number) =>
    until(
      async () => {
        const camera = await cameraNow()
        return typeof camera?.sealedAt === 'number' && camera.sealedAt > time ? camera : null
      },
      { what: 'a sealed segment', timeoutMs: 60_000 },
    )

  beforeAll(async () => {
    product = await start(data.path, await freePorts())
    // From the first sealed segment on it records without a hole; how long that takes is the machine's affair.
    began = Number((await sealedAfter(0)).sealedAt)
  })
  afterAll(async () => {
    await product?.stop()
    for (const folder of [data, second, outputs]) folder.remove()
  })

  test('it sets up a household and records the sample camera', async () => {
    const camera = await sealedAfter(began + 14_000)
    expect(camera).toMatchObject({ name: 'Sample camera', state: 'recording', picture: '1280×720 H.264', sound: 'AAC' })
    const status = await ask(['status', ...at])
    expect(status).toMatchObject({
      household: { name: 'Home' },
      recording: true,
      vault: { reachable: true },
      witness: { own: true },
    })
  })

  test('it prints one address to open, which lets one browser in; another is made by a command', async () => {
    const address = /http:\/\/localhost:\d+\/#claim=\S+/
    const [first = ''] = address.exec(product.output()) ?? []
    expect(first.startsWith(`http://localhost:${product.port}/#claim=`)).toBe(true)
    expect(await ask(['status', ...at])).toMatchObject({ app: { url: first, link: true, dead: false } })
    const { url } = await ask(['link', ...at])
    expect(url).toMatch(address)
    expect(url).not.toBe(first)
    await until(() => product.output().includes(String(url)), { what: 'the new link on the screen' })
    expect(await ask(['status', ...at])).toMatchObject({ app: { url, link: true, dead: false } })
  })

  test('a range comes out as a plain MP4 with picture and sound, every picture in it once', async () => {
    const file = join(outputs.path, 'out.mp4')
    const done = await ask(['export', 'sample', iso(began + 4000), iso(began + 12_000), file, ...at])
    expect(done).toMatchObject({ type: 'done', file, gaps: [], deleted: [], missing: [], damaged: [] })
    const { streams, duration } = probe(file)
    expect(streams.map(({ codec_name }) => codec_name).sort()).toEqual(['aac', 'h264'])
    expect(duration).toBeGreaterThanOrEqual(8)
    const numbers = await frameNumbers(file)
    expect(numbers.length).toBeGreaterThanOrEqual(200)
    expect(jumps(numbers)).toEqual([])
  })

  test('a file that is there is not overwritten unless that is said', async () => {
    const file = join(outputs.path, 'out.mp4')
    const range = ['sample', iso(began + 4000), iso(began + 8000), file, ...at] as const
    const before = statSync(file).mtimeMs
    const refused = await hausrecht(['export', ...range])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('already there') })
    expect(statSync(file).mtimeMs).toBe(before)
    expect((await hausrecht(['export', ...range, '--overwrite'])).code).toBe(0)
  })

  test('what is deleted is gone, and the next export says what and when', async () => {
    const range = [iso(began + 4000), iso(began + 8000)] as const
    const unasked = await hausrecht(['delete', 'sample', ...range, ...at])
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    const deleted = await ask(['delete', 'sample', ...range, '--yes', ...at])
    expect(deleted).toMatchObject({ type: 'done', removedByVault: true, holders: [{ how: 'receipt' }] })

    const gone = join(outputs.path, 'gone.mp4')
    const all = await hausrecht(['export', 'sample', ...range, gone, ...at])
    expect(all).toMatchObject({ code: 1, stderr: expect.stringContaining('was deleted') })
    expect(existsSync(gone)).toBe(false)

    const around = await ask([
      'export',
      'sample',
      iso(began + 1000),
      iso(began + 14_000),
      join(outputs.path, 'around.mp4'),
      ...at,
    ])
    expect(around).toMatchObject({
      deleted: [{ track: 'picture', order: deleted.order, at: deleted.at }],
      missing: [],
      damaged: [],
    })
    expect(jumps(await frameNumbers(join(outputs.path, 'around.mp4')))).toHaveLength(1)
  })

  /** Both sides of a join, with what a person would type. */
  const join2 = async (typed: (digits: string) => string) => {
    const address = String((await ask(['status', ...at])).join)
    const joining = talk(['join', address, '--label', 'Second', '--data', second.path, '--json'])
    await until(() => joining.said().includes('"waiting"'), { what: 'a request to join', timeoutMs: 30_000 })
    const approving = talk(['approve', '--digits-stdin', '--label', 'Second', '--json', ...at])
    const [, digits = ''] = await until(() => /"digits":"(\d{6})"/.exec(joining.said()), {
      what: 'digits',
      timeoutMs: 30_000,
    })
    approving.say(`${typed(digits)}\n`)
    return { approved: await approving.ended, joined: await joining.ended, said: joining.said() + approving.said() }
  }

  test('a second device is not let in when the digits differ', async () => {
    const other = (digits: string): string => String((Number(digits) + 1) % 1_000_000).padStart(6, '0')
    const { approved, joined, said } = await join2(other)
    expect([approved, joined]).toEqual([1, 1])
    expect(said).toContain('digits_differ')
    const { devices } = await ask(['devices', 'list', ...at])
    expect(devices).toHaveLength(1)
  })

  test('with the same digits it is let in, and opens what it was given', async () => {
    const { approved, joined, said } = await join2(digits => digits)
    expect([approved, joined], said).toEqual([0, 0])
    const file = join(outputs.path, 'second.mp4')
    await ask(['export', 'sample', iso(began + 10_000), iso(began + 14_000), file, '--data', second.path])
    expect(probe(file).streams).toHaveLength(2)
    const refused = await hausrecht([
      'delete',
      'sample',
      iso(began + 10_000),
      iso(began + 12_000),
      '--yes',
      '--data',
      second.path,
    ])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('admin') })
  })

  test('the doctor finds nothing wrong', async () => {
    const result = await hausrecht(['doctor', '--json', ...at])
    const findings = values(result)[0]?.findings
    expect(Array.isArray(findings) && findings.filter(({ level }) => level === 'wrong')).toEqual([])
    expect(result.code).toBe(0)
  })

  test('Ctrl-C and a second start keep everything', async () => {
    const before = await ask(['status', ...at])
    expect(await product.stop()).toBe(0)
    expect(product.output()).toContain('Everything is kept')
    const stopped = Date.now()
    product = await start(data.path, product.port)
    await sealedAfter(stopped)
    const after = await ask(['status', ...at])
    expect(after.household).toEqual(before.household)
    const file = join(outputs.path, 'after.mp4')
    await ask(['export', 'sample', iso(began + 10_000), iso(began + 14_000), file, ...at])
    expect(jumps(await frameNumbers(file))).toEqual([])
  })
})
