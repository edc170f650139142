import { parseRtspUrl } from '@hausrecht/rtsp/url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CAMERAS_MAX } from '../cameras.ts'
import { ADDRESS_MAX } from './limits.ts'
import { addressIn, camerasIn, keepLogin, nameIn, streamIn, withLogin } from './params.ts'
import { publicAddress } from './view.ts'

const id = 'a'.repeat(26)

test('what other devices send is read strictly', () => {
  expect(nameIn({ name: 'Tür' })).toBe('Tür')
  expect(streamIn(id)).toBe(id)
  expect(addressIn('rtsp://cam/main').plain).toBe('rtsp://cam/main')
  expect(camerasIn({ ids: [id] })).toEqual([id])
  for (const name of [undefined, 7, '', ' x', 'a\nb', 'x'.repeat(65)])
    expect(() => nameIn(name === undefined ? {} : { name })).toThrow('bad_argument')
  for (const value of [undefined, 7, 'x', null]) expect(() => streamIn(value)).toThrow('bad_argument')
  for (const value of [undefined, 7, 'http://x', `rtsp://cam/${'x'.repeat(ADDRESS_MAX)}`])
    expect(() => addressIn(value)).toThrow('bad_url')
  for (const ids of [id, [7], new Array<string>(CAMERAS_MAX + 1).fill(id)])
    expect(() => camerasIn({ ids })).toThrow('bad_argument')
})

describe('logins', () => {
  const known = { url: 'rtsp://cam:554/main', user: 'u', password: 'p' }

  test('are kept for another path of the same machine only', () => {
    const keep = (text: string) => keepLogin(parseRtspUrl(text), known)
    expect(keep('rtsp://CAM/sub')).toEqual({ url: 'rtsp://CAM/sub', user: 'u', password: 'p' })
    expect(keep('rtsp://evil/main')).toEqual({ url: 'rtsp://evil/main' })
    expect(keep('rtsp://cam.evil/main')).toEqual({ url: 'rtsp://cam.evil/main' })
    expect(keep('rtsp://v:q@cam/main')).toEqual({ url: 'rtsp://cam/main', user: 'v', password: 'q' })
    expect(keepLogin(parseRtspUrl('rtsp://cam/main'), undefined)).toEqual({ url: 'rtsp://cam/main' })
  })

  test('property: whatever user and password are, they survive being put into an address', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (user, password) => {
        const { plain, ...read } = parseRtspUrl(withLogin({ url: 'rtsp://cam:8554/main', user, password }))
        expect([plain, read.user, read.password]).toEqual(['rtsp://cam:8554/main', user, password])
      }),
    )
  })

  test('are in no address that is told', () => {
    expect(publicAddress('rtsp://cam/main')).toBe('rtsp://cam/main')
    expect(publicAddress('rtsp://u:p@cam/main')).toBe('rtsp://cam/main')
    expect(publicAddress('rtsp://u@cam/main')).toBe('rtsp://cam/main')
    expect(publicAddress('rtsp://cam/user=admin&password=geheim&channel=1')).not.toContain('geheim')
  })
})
