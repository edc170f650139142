import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { childrenOf, isAlive, waitForPart } from './processes.ts'
import { ask, ENTRY, freePorts, hausrecht, type Product, start } from './product.ts'

let data: ReturnType<typeof tempFolder>
beforeEach(() => {
  data = tempFolder('trouble')
})
afterEach(() => data.remove())

/** What a person sees when a start cannot work: one line, and nothing that looks like a program. */
const expectOneLine = (stderr: string): void => {
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|node:internal|Error:/)
}

const descendants = (pid: number | undefined): readonly number[] =>
  childrenOf(pid).flatMap(child => [child, ...descendants(child)])

describe('a start that cannot work says so in one line, and changes nothing', () => {
  test('a taken port, and who has it', async () => {
    const port = await freePorts()
    const server = createServer().listen(port, '127.0.0.1')
    await until(() => server.listening, { what: 'listening' })
    const { code, stderr } = await hausrecht(['start', '--headless', '--data', data.path, '--port', String(port)])
    server.close()
    expectOneLine(stderr)
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(new RegExp(`Port ${port} is taken by .*\\(${process.pid}\\).*--port`)),
    ])
    expect(existsSync(join(data.path, 'home'))).toBe(false)
  })

  /** Runs a start in a mount namespace of its own, with a small file system over the data folder. */
  const onSmallDisk = (mount: string) => {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const run = `mount -t tmpfs -o size=64k none "$0" && ${mount} && exec "$1" "$2" start --headless --data "$0" --port ${port}`
    const args = ['--user', '--map-root-user', '--mount', 'sh', '-c', run, data.path, process.execPath, ENTRY]
    return spawnSync('unshare', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'en_GB.UTF-8' } })
  }

  test('a read-only folder', () => {
    const { status, stderr } = onSmallDisk('mount -o remount,ro "$0"')
    expectOneLine(stderr)
    expect([status, stderr]).toEqual([1, expect.stringMatching(/cannot be written to\..*--data DIR/)])
  })

  test('a full disk', () => {
    const { status, stderr } = onSmallDisk('true')
    expectOneLine(stderr)
    expect([status, stderr]).toEqual([1, expect.stringMatching(/is full\..*Make room/)])
  })
})

describe('a start that works', () => {
  let product: Product
  afterEach(async () => {
    await product?.stop()
  })

  test('is not started a second time on the same folder, and starts over only when that is confirmed', async () => {
    product = await start(data.path, await freePorts())
    const twice = await hausrecht(['start', '--headless', '--data', data.path])
    expectOneLine(twice.stderr)
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining(`process ${product.child.pid}`) })

    const before = await ask(['status', '--data', data.path])
    await product.stop()
    const refused = await hausrecht(['start', '--headless', '--fresh', '--data', data.path])
    expectOneLine(refused.stderr)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    product = await start(data.path, product.port)
    expect((await ask(['status', '--data', data.path])).household).toEqual(before.household)

    await product.stop()
    product = await start(data.path, product.port, ['--fresh', '--yes'])
    expect((await ask(['status', '--data', data.path])).household).not.toEqual(before.household)
  })

  test('brings back a part that was killed, and leaves nothing running when it is killed itself', async () => {
    product = await start(data.path, await freePorts())
    const { pid } = product.child
    const hub = await waitForPart(pid, 'hub')
    process.kill(hub, 'SIGKILL')
    await waitForPart(pid, 'hub', hub)
    await until(() => /The hub ended \(SIGKILL\)[\s\S]*The hub is back/.test(product.output()), {
      what: 'the hub is back',
      timeoutMs: 20_000,
    })

    const all = descendants(pid)
    expect(all.length).toBeGreaterThanOrEqual(5)
    process.kill(pid ?? 0, 'SIGKILL')
    await until(() => all.every(child => !isAlive(child)), { what: 'everything ended', timeoutMs: 30_000 })

    product = await start(data.path, product.port)
    const status = await ask(['status', '--data', data.path])
    expect(status).toMatchObject({ recording: true, vault: { reachable: true } })
    expect(readdirSync(join(data.path, 'logs'))).toContain('hub.log')
  })
})
