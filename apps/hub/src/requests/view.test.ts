import {
  addDevice,
  addStream,
  build,
  camera,
  extend,
  founder,
  laptop,
  me,
  phone,
  phoneId,
  testKey,
} from '@hausrecht/chain/test/household'
import { deviceIdOf, newStreamId } from '@hausrecht/crypto/ids'
import { expect, test } from 'vitest'
import type { CameraEntry } from '../cameras.ts'
import type { CameraStatus } from '../status/status.ts'
import { type ViewSources, viewFor } from './view.ts'

const NOW = Date.UTC(2026, 4, 3)
const other = newStreamId()
const browser = deviceIdOf(laptop.publicKey)

const status = (change: Partial<CameraStatus> = {}): CameraStatus => ({
  name: 'Tür',
  video: camera,
  audio: null,
  sub: null,
  state: 'recording',
  problem: null,
  codec: 'h264',
  width: 1280,
  height: 720,
  audioCodec: null,
  sealedAtMs: NOW,
  bitsPerSecond: 1000,
  framesPerSecond: 12.5,
  viewers: [],
  gaps: { count: 0, reason: null, toMs: null },
  losses: 0,
  clockJumps: 0,
  clockBroken: false,
  ...change,
})
const entry = (video: typeof camera): CameraEntry => ({
  name: 'Tür',
  url: 'rtsp://cam/main?password=geheim',
  user: 'u',
  password: 'geheim',
  video,
})
const sources = (change: Partial<CameraStatus> = {}): ViewSources => ({
  cameras: [
    { entry: entry(camera), status: status(change) },
    { entry: entry(other), status: status() },
  ],
  spool: { state: 'ok', bytes: 5, pendingBytes: 0, unsent: 2, oldestMs: null },
  withheld: 0,
  startedAtMs: 7,
})

const recorder = await testKey(9)
const state = await build(
  [founder, addDevice(phone)],
  [founder, addStream(camera)],
  [founder, addStream(other)],
  [founder, addDevice(laptop, ['session'], [camera])],
  [founder, addDevice(recorder, ['recorder'])],
)

const cameraOf = (change: Partial<CameraStatus>) => {
  const cameras = viewFor(sources(change), state, me, NOW)?.cameras
  return Array.isArray(cameras) ? cameras[0] : null
}

test('an admin is told all but passwords', () => {
  const view = viewFor(sources(), state, me, NOW)
  expect(view).toMatchObject({
    cameras: [
      { id: camera, order: 0, state: 'recording', fps: 12.5, address: 'rtsp://cam/main?password=***' },
      { id: other, order: 1 },
    ],
    spool: { bytes: 5, segments: 2, oldestAt: null },
    startedAt: 7,
  })
  expect(JSON.stringify(view)).not.toContain('geheim')
})

test('others see the cameras they are entitled to, without addresses', () => {
  expect(viewFor(sources(), state, browser, NOW)).toMatchObject({ cameras: [{ id: camera, address: null }] })
  expect(viewFor(sources(), state, browser, NOW)?.cameras).toHaveLength(1)
  expect(viewFor(sources(), state, phoneId, NOW)).toMatchObject({ cameras: [{ address: null }, { address: null }] })
})

test('who reads nothing, and who was removed, is told nothing', async () => {
  expect(viewFor(sources(), state, deviceIdOf(recorder.publicKey), NOW)).toBeNull()
  const removed = await extend(state, [founder, { type: 'remove_device', device: browser }])
  expect(viewFor(sources(), removed, browser, NOW)).toBeNull()
})

test('viewers are devices of the household, whatever the vault says', () => {
  const stranger = deviceIdOf(new Uint8Array(32).fill(8))
  expect(cameraOf({ viewers: [browser, stranger] })).toMatchObject({ viewers: [browser] })
})

test('a camera that was not reached yet is connecting; one that failed is in trouble', () => {
  const problem = { reason: 'wrong_password', code: 'wrong_password', detail: '' }
  expect(cameraOf({ state: 'connecting' })).toMatchObject({ state: 'connecting', problem: null })
  expect(cameraOf({ state: 'connecting', problem })).toMatchObject({ state: 'trouble', problem: 'wrong_password' })
  expect(cameraOf({ state: 'waiting', problem })).toMatchObject({ state: 'trouble' })
})
