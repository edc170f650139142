import { RtspError } from '@hausrecht/rtsp/errors'
import type { Probe } from '@hausrecht/rtsp/probe'
import { startRtspServer } from '@hausrecht/rtsp/server'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PROBE_KEPT_MS, PROBE_MS, PROBES_AT_ONCE, PROBES_KEPT, PROBES_PER_MINUTE } from './limits.ts'
import { Looks, lookAtCamera } from './look.ts'

const probe: Probe = {
  transport: 'tcp',
  video: { codec: 'h264', width: 1, height: 1, fps: 25, bitsPerSecond: 1, keyInterval: 1 },
  audio: null,
  unsupportedAudio: null,
  subStreams: [],
}

class Bed {
  now = 1_000_000
  readonly asked: string[] = []
  hold: Promise<void> = Promise.resolve()
  readonly looks = new Looks({ now: () => this.now }, async address => {
    this.asked.push(address)
    await this.hold
    return { probe, picture: null }
  })
}

describe('bounds', () => {
  test('only so many looks at once', async () => {
    const bed = new Bed()
    const { promise, resolve } = Promise.withResolvers<void>()
    bed.hold = promise
    const running = Array.from({ length: PROBES_AT_ONCE }, (_, i) => bed.looks.look(`rtsp://camera/${i}`))
    await expect(bed.looks.look('rtsp://camera/more')).rejects.toMatchObject({ code: 'too_many' })
    resolve()
    await Promise.all(running)
    await expect(bed.looks.look('rtsp://camera/more')).resolves.toMatchObject({ probe })
  })

  test('only so many in a minute', async () => {
    const bed = new Bed()
    for (let i = 0; i < PROBES_PER_MINUTE; i += 1) await bed.looks.look('rtsp://camera/')
    await expect(bed.looks.look('rtsp://camera/')).rejects.toMatchObject({ code: 'too_many' })
    bed.now += 60_000
    await expect(bed.looks.look('rtsp://camera/')).resolves.toMatchObject({ probe })
  })

  test('what was seen is known for a while, of so many cameras', async () => {
    const bed = new Bed()
    await bed.looks.look('rtsp://camera/')
    bed.now += PROBE_KEPT_MS - 1
    await bed.looks.known('rtsp://camera/')
    expect(bed.asked).toHaveLength(1)
    bed.now += 1
    await bed.looks.known('rtsp://camera/')
    expect(bed.asked).toHaveLength(2)
    for (let i = 0; i < PROBES_KEPT; i += 1) {
      bed.now += 10_000
      await bed.looks.look(`rtsp://camera/${i}`)
    }
    bed.now += 60_000
    await bed.looks.known('rtsp://camera/')
    expect(bed.asked.filter(address => address === 'rtsp://camera/')).toHaveLength(3)
  })

  test('why a camera gives nothing is told by its code', async () => {
    const looks = new Looks({ now: () => 0 }, async () => {
      throw new RtspError('not_found', 'Kein Stream')
    })
    await expect(looks.look('rtsp://camera/')).rejects.toMatchObject({ code: 'not_found', detail: 'Kein Stream' })
    await expect(looks.known('rtsp://camera/')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a camera that connects and sends nothing', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('is given up after a while', async () => {
    const track = { kind: 'video', codec: 'h264', payloadType: 96, clockRate: 90_000, channels: 1, fmtp: '' } as const
    const server = await startRtspServer({
      port: 0,
      mounts: { '/cam': { tracks: [track], play: () => ({ stop: () => {} }) } },
    })
    const looking = lookAtCamera(`${server.url}/cam`)
    const refused = expect(looking).rejects.toMatchObject({ code: 'timeout' })
    await vi.advanceTimersByTimeAsync(PROBE_MS)
    await refused
    await server.close()
  })
})
