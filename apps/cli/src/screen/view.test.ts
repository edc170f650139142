import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PLAIN, styleFor } from '../terminal/style.ts'
import { widthOf, withoutStyle } from '../terminal/width.ts'
import { type CameraNow, moodOf, type Screen } from './model.ts'
import { type Frame, summary, view } from './view.ts'

const now = Date.UTC(2026, 10, 23, 10)
const running = { state: 'running', restarts: 0 } as const
const door: CameraNow = {
  name: 'Front door',
  state: 'recording',
  picture: '1280×720 H.264',
  sound: 'AAC',
  sealedAt: now - 2000,
  bitsPerSecond: 1_200_000,
}
const screen: Screen = {
  household: 'Home',
  now,
  cameras: [door],
  parts: { hub: running, vault: running, witness: running, camera: running },
  vaultUrl: 'http://127.0.0.1:8420',
  app: { url: 'http://localhost:8420/', link: false, dead: false },
  kept: { bytes: 312_000_000, quotaBytes: 20e9, logSize: 1204 },
  waiting: { bytes: 0 },
  witness: { cosignedAt: now - 3000, own: true },
  pending: 0,
  dataFolder: '~/.hausrecht',
  version: '0.1.0',
}
const frame: Frame = { columns: 80, rows: 24, language: 'en', style: PLAIN, invocation: 'hausrecht' }
const shown = (change: Partial<Screen>, other: Partial<Frame> = {}): string =>
  view({ ...screen, ...change }, { ...frame, ...other }).join('\n')

describe('the screen', () => {
  test('says what a new user is to see', () => {
    const text = shown({})
    for (const part of [
      'Only your home can open this',
      'Front door',
      'last sealed segment 2 s ago',
      '1.2 Mbit/s',
      '1280×720 H.264 · AAC',
      '312 MB of 20.0 GB in the vault',
      'nothing waits to be sent',
      '1,204 entries',
      'cosigned 3 s ago',
      'your own: not independent',
      'http://127.0.0.1:8420',
    ]) {
      expect(text).toContain(part)
    }
  })

  test('speaks German', () => {
    const text = shown({}, { language: 'de' })
    expect(text).toContain('letztes versiegeltes Segment vor 2 s')
    expect(text).toContain('1,2 Mbit/s')
    expect(text).toContain('dein eigener: nicht unabhängig')
  })

  test('the next thing to try takes turns and names a camera that is there', () => {
    const tips = [0, 1, 2, 3].map(turn => shown({ now: now + turn * 12_000 }))
    expect(new Set(tips).size).toBe(4)
    expect(tips.join()).toContain('hausrecht export "Front door" -1m now minute.mp4')
  })

  test('a camera that stopped, a part that crashed and a waiting device are said in words', () => {
    const text = shown({
      cameras: [
        { name: 'Yard', state: 'waiting', problem: 'The camera refused the password.', sealedAt: now - 90_000 },
      ],
      parts: { ...screen.parts, vault: { state: 'waiting', restarts: 1, reason: 'SIGKILL', retryAt: now + 2000 } },
      pending: 1,
      waiting: { bytes: 4_000_000, since: now - 60_000 },
    })
    expect(text).toContain('The camera refused the password.')
    expect(text).toContain('starts again in 2 s (SIGKILL)')
    expect(text).toContain('hausrecht approve')
    expect(text).toContain('4.0 MB safe here, waiting to be sent')
    expect(text).toContain('Something is wrong')
  })

  test('who watches is counted', () => {
    expect(shown({ cameras: [{ ...door, viewers: 1 }] })).toContain('1 device watches')
    expect(shown({ cameras: [{ ...door, viewers: 2 }] }, { language: 'de' })).toContain('2 Geräte sehen zu')
    expect(shown({})).not.toContain('watch')
  })

  test('without a camera it says so', () => {
    expect(shown({ cameras: [] })).toContain('No camera yet.')
  })

  const link = `http://localhost:8420/#claim=${'a'.repeat(26)}.${'b'.repeat(26)}.1&w=${'c'.repeat(90)}`
  const offered = { url: link, link: true, dead: false }

  test('the link for the first browser is the first thing, whole, and where it breaks nothing stands between', () => {
    const lines = view({ ...screen, app: offered }, frame)
    const first = lines.findIndex(line => line.startsWith('http://localhost:8420/#claim='))
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThan(lines.findIndex(line => line.includes('Front door')))
    expect(lines.slice(first, first + Math.ceil(link.length / frame.columns)).join('')).toBe(link)
    const style = styleFor(true, { TERM: 'xterm-256color' })
    const linked = view({ ...screen, app: offered }, { ...frame, style }).filter(line => line.includes(`;${link}\x1b`))
    expect(linked).toHaveLength(Math.ceil(link.length / frame.columns))
    expect(summary({ ...screen, app: offered }, frame).join('\n')).toContain(link)
  })

  test('a browser at the door: six digits, nothing else to open', () => {
    const text = shown({ app: { ...offered, digits: '012345' } })
    expect(text).toContain('012 345')
    expect(text).not.toContain('#claim=')
  })

  test('later the app’s own address, and what to do about a link that is dead', () => {
    expect(shown({})).toContain('App        http://localhost:8420/')
    const dead = { url: 'http://localhost:8420/', link: false, dead: true }
    expect(shown({ app: dead })).toContain('the link is dead; a new one: hausrecht link')
    expect(shown({ app: dead }, { language: 'de' })).toContain('hausrecht link')
  })

  test('it fits every terminal, whatever cameras are called', () => {
    const cameras = fc.array(
      fc.record({
        name: fc.string({ unit: 'grapheme' }),
        state: fc.constantFrom('recording' as const, 'connecting' as const),
      }),
      { maxLength: 40 },
    )
    const style = styleFor(true, { TERM: 'xterm-256color' })
    fc.assert(
      fc.property(
        cameras,
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 5, max: 60 }),
        fc.constantFrom(screen.app, offered, { ...offered, digits: '123456' }, { ...screen.app, dead: true }),
        (list, columns, rows, app) => {
          const lines = view({ ...screen, cameras: list, app }, { ...frame, columns, rows, style })
          expect(lines.length).toBe(rows)
          for (const line of lines) {
            expect(widthOf(line)).toBeLessThanOrEqual(columns)
            expect(withoutStyle(line)).not.toMatch(/\p{Cc}/u)
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('the mood', () => {
  test('well, waiting, wrong', () => {
    expect(moodOf(screen)).toBe('well')
    expect(moodOf({ ...screen, pending: 1 })).toBe('waits')
    expect(moodOf({ ...screen, cameras: [{ ...door, state: 'connecting' }] })).toBe('waits')
    expect(moodOf({ ...screen, cameras: [{ ...door, sealedAt: now - 60_000 }] })).toBe('wrong')
    expect(moodOf({ ...screen, parts: { ...screen.parts, hub: { state: 'waiting', restarts: 1 } } })).toBe('wrong')
  })
})
