import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newStreamId } from '@hausrecht/crypto/ids'
import { describe, expect, test } from 'vitest'
import { CAMERAS_FILE, CAMERAS_MAX, type CameraEntry, parseCameras, readCameras, writeCameras } from './cameras.ts'

const door: CameraEntry = {
  name: 'Door',
  url: 'rtsp://10.0.0.9/h264',
  user: 'admin',
  password: 'pa:ss@word',
  transport: 'udp',
  video: newStreamId(),
  audio: newStreamId(),
}
const text = (...cameras: readonly object[]) => JSON.stringify({ cameras })

describe('cameras.json', () => {
  test('reads what was written, and only the owner can', async () => {
    const home = await mkdtemp(join(tmpdir(), 'hausrecht-cameras-'))
    try {
      expect(await readCameras(home)).toEqual([])
      const yard: CameraEntry = { name: 'Yard', url: 'rtsps://10.0.0.8', video: newStreamId() }
      await writeCameras(home, [door, yard])
      expect(await readCameras(home)).toEqual([door, yard])
      expect((await stat(join(home, CAMERAS_FILE))).mode & 0o777).toBe(0o600)
    } finally {
      await rm(home, { recursive: true })
    }
  })

  test.each([
    ['not JSON', '{'],
    ['no list', '{"cameras":{}}'],
    ['an entry that is no object', text([])],
    ['no name', text({ ...door, name: '' })],
    ['another protocol', text({ ...door, url: 'http://10.0.0.9' })],
    ['an unknown transport', text({ ...door, transport: 'carrier pigeon' })],
    ['no stream', text({ ...door, video: undefined })],
    ['two of one name', text(door, { ...door, video: newStreamId(), audio: newStreamId() })],
    ['two on one stream', text(door, { ...door, name: 'Other' })],
    [
      'too many',
      text(
        ...Array.from({ length: CAMERAS_MAX + 1 }, (_, i) => ({ name: `${i}`, url: 'rtsp://a', video: newStreamId() })),
      ),
    ],
  ])('refuses a file with %s', (_, content) => {
    expect(() => parseCameras(content)).toThrow()
  })
})
