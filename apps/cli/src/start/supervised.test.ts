import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BACKOFF_MS, type PartState, supervise } from './supervised.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervised-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A process that ended and waits for somebody to ask how does not count. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false
  }
}

const script = (text: string): string => {
  const path = join(folder, 'part.mjs')
  writeFileSync(path, text)
  return path
}

const READY = `process.send({ type: 'ready', info: { pid: process.pid } });`
const STOPS = `process.on('message', m => { if (m.type === 'stop') process.exit(0) }); process.on('disconnect', () => process.exit(0));`

/** Starts a part and lets a test wait for the state that it is interested in. */
const part = (text: string) => {
  const states: PartState[] = []
  const waiting: { when: (state: PartState) => boolean; resolve: (state: PartState) => void }[] = []
  const supervised = supervise({
    part: 'hub',
    entry: script(text),
    args: [],
    onOutput: () => {},
    onChange(state) {
      states.push(state)
      for (const { when, resolve } of waiting) if (when(state)) resolve(state)
    },
  })
  const until = (when: (state: PartState) => boolean) =>
    new Promise<PartState>(resolve => {
      const already = states.find(when)
      if (already === undefined) waiting.push({ when, resolve })
      else resolve(already)
    })
  return { supervised, states, until }
}

describe('a part that is supervised', () => {
  test('is ready when it says so, and stops when it is told to', async () => {
    const { supervised } = part(READY + STOPS)
    const { pid } = await supervised.ready
    expect(supervised.state()).toMatchObject({ state: 'running', pid })
    await supervised.stop()
    expect(supervised.state().state).toBe('stopped')
    expect(isAlive(Number(pid))).toBe(false)
  })

  test('comes back after it was killed, and says why it went', async () => {
    const { supervised, until, states } = part(READY + STOPS)
    const { pid } = await supervised.ready
    process.kill(Number(pid), 'SIGKILL')
    const waiting = await until(state => state.state === 'waiting')
    expect(waiting).toMatchObject({ reason: 'SIGKILL', restarts: 1 })
    expect((waiting.retryAt ?? 0) - Date.now()).toBeLessThanOrEqual(BACKOFF_MS[0])
    const again = await until(state => state.state === 'running' && state.pid !== pid)
    expect(again.restarts).toBe(1)
    await supervised.stop()
    expect(states.map(({ state }) => state)).toEqual(['running', 'waiting', 'starting', 'running', 'stopped'])
  })

  test('that cannot start says why, in its own words, and is not tried for ever', async () => {
    const said = { what: 'W', kept: 'K', next: 'N' }
    const failed = { type: 'failed', error: { code: 'port_taken', explanation: { en: said, de: said } } }
    const { supervised, states } = part(`process.send(${JSON.stringify(failed)}, () => process.exit(1))`)
    await expect(supervised.ready).rejects.toMatchObject({ code: 'port_taken', explanation: { de: said } })
    await supervised.stop()
    expect(states.map(({ state }) => state)).toEqual(['stopped'])
  })

  test('that cannot start and says nothing is explained by the last line it wrote', async () => {
    const { supervised } = part(`console.error('first'); console.error('no such thing'); process.exit(3)`)
    await expect(supervised.ready).rejects.toThrow('exit code 3: no such thing')
    await supervised.stop()
  })

  test('can be stopped while it waits to be started again', async () => {
    const { supervised, until } = part(READY + STOPS)
    process.kill(Number((await supervised.ready).pid), 'SIGKILL')
    await until(state => state.state === 'waiting')
    await supervised.stop()
    expect(supervised.state()).toMatchObject({ state: 'stopped', restarts: 1 })
  })

  test('ends when the supervisor is killed', async () => {
    const written = JSON.stringify(join(folder, 'pid'))
    const childPath = script(
      `(await import('node:fs')).writeFileSync(${written}, String(process.pid)); ${STOPS} ${READY}`,
    )
    const parent = join(folder, 'parent.ts')
    const here = new URL('./supervised.ts', import.meta.url).href
    writeFileSync(
      parent,
      `import { supervise } from '${here}'
       const s = supervise({ part: 'hub', entry: ${JSON.stringify(childPath)}, args: [], onOutput() {}, onChange() {} })
       await s.ready
       process.kill(process.pid, 'SIGKILL')`,
    )
    const { signal } = spawnSync(process.execPath, [parent])
    expect(signal).toBe('SIGKILL')
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false)
  })
})
