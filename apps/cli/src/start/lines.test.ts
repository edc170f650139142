import { expect, test } from 'vitest'
import type { CameraNow, Screen } from '../screen/model.ts'
import { beat, changes } from './lines.ts'

const now = Date.UTC(2026, 10, 23, 10)
const running = { state: 'running', restarts: 0 } as const
const camera: CameraNow = {
  name: 'Door',
  state: 'recording',
  picture: '1280×720 H.264',
  sound: 'AAC',
  sealedAt: now - 2000,
  bitsPerSecond: 1e6,
}
const screen: Screen = {
  household: 'Home',
  now,
  cameras: [camera],
  parts: { hub: running, vault: running, witness: running, camera: running },
  vaultUrl: '',
  app: { url: 'http://localhost:8420/', link: false, dead: false },
  kept: { bytes: 5_000_000, logSize: 12 },
  pending: 0,
  dataFolder: '',
  version: '',
}

test('a line comes when something changes, and only then', () => {
  expect(changes(undefined, screen, 'en')).toEqual(['Door is being recorded: 1280×720 H.264, AAC'])
  expect(changes(screen, { ...screen, now: now + 1000 }, 'en')).toEqual([])
  const refused: Screen = {
    ...screen,
    cameras: [{ ...camera, state: 'waiting', problem: 'the camera refuses the password' }],
  }
  expect(changes(screen, refused, 'en')).toEqual(['Door is not recorded: the camera refuses the password'])
  expect(changes(refused, refused, 'en')).toEqual([])
})

test('a crash is told with its reason, and so is the way back', () => {
  const crashed: Screen = {
    ...screen,
    parts: { ...screen.parts, vault: { state: 'waiting', restarts: 1, reason: 'SIGKILL', retryAt: now + 2000 } },
  }
  const back: Screen = { ...screen, parts: { ...screen.parts, vault: { state: 'running', restarts: 1 } } }
  expect(changes(screen, crashed, 'en')).toEqual(['The vault ended (SIGKILL) and starts again in 2 s.'])
  expect(changes(crashed, crashed, 'en')).toEqual([])
  expect(changes(crashed, back, 'de')).toEqual(['Tresor ist wieder da.'])
  const fast: Screen = {
    ...screen,
    parts: { ...screen.parts, vault: { state: 'running', restarts: 1, reason: 'SIGKILL' } },
  }
  expect(changes(screen, fast, 'en')).toEqual([
    'The vault ended (SIGKILL) and starts again in 1 s.',
    'The vault is back.',
  ])
})

test('the beat says what is kept', () => {
  expect(beat(screen, 'en')).toEqual([
    'Door: last sealed segment 2 s ago, 1.0 Mbit/s',
    '5.0 MB in the vault, log of 12 entries',
  ])
})

test('a browser at the door is told step by step', () => {
  const at = (app: Screen['app']): Screen => ({ ...screen, app })
  const link = { url: 'http://localhost:8420/#claim=x', link: true, dead: false }
  const own = { url: 'http://localhost:8420/', link: false, dead: false }
  const told = (before: Screen['app'], after: Screen['app']) => changes(at(before), at(after), 'en', 'npx hausrecht')
  expect(told(own, link)).toEqual(['Open this in your browser. It lets in whoever has it, once:', link.url])
  const digits = { ...link, digits: '012345' }
  expect(told(link, digits)).toEqual([
    'A browser asks to come in. If it shows the same six digits, say so there: 012 345',
  ])
  expect(told(digits, digits)).toEqual([])
  expect(told(digits, own)).toEqual(['The browser is in. From now on: http://localhost:8420/'])
  expect(told(link, { ...own, dead: true })).toEqual([
    'The link is dead: too old, or too many wrong attempts. A new one: npx hausrecht link',
  ])
})
