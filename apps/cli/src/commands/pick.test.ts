import type { Camera } from '@hausrecht/client/names'
import { deviceIdOf, newStreamId } from '@hausrecht/crypto/ids'
import { expect, test } from 'vitest'
import { pickCamera } from './pick.ts'

const camera = (name: string, stoppedAt: number | null = null): Camera => ({
  name,
  video: newStreamId(),
  audio: null,
  sub: null,
  recorder: deviceIdOf(new Uint8Array(32)),
  addedAt: 0,
  stoppedAt,
})
const cameras = [camera('Front door'), camera('Back door', 5), camera('Haustür'), camera('Back door'), camera('Door')]

test('whole names first, then beginnings of words, whatever the case', () => {
  expect(pickCamera(cameras, 'front').name).toBe('Front door')
  expect(pickCamera(cameras, 'DOOR').name).toBe('Door')
  expect(pickCamera(cameras, 'haustu\u0308r').name).toBe('Haustür')
})

test('among cameras of one name it is the one that records', () => {
  expect(pickCamera(cameras, 'back door').stoppedAt).toBeNull()
})

test('what is not clear is refused, with the names there are', () => {
  expect(() => pickCamera(cameras, 'do')).toThrow(expect.objectContaining({ code: 'ambiguous_camera' }))
  expect(() => pickCamera(cameras, 'garden')).toThrow(expect.objectContaining({ code: 'no_such_camera' }))
  expect(() => pickCamera(cameras, '')).toThrow(expect.objectContaining({ code: 'no_such_camera' }))
})
