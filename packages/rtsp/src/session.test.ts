import { afterEach, describe, expect, test } from 'vitest'
import { openRtsp, type RtspOptions } from './client.ts'
import { RtspError } from './errors.ts'
import { type FrameSource, type RtspServer, type ServerConfig, startRtspServer } from './server.ts'
import type { TrackInfo } from './track.ts'
import type { ParameterSets, Unit } from './unit.ts'

const SPS = Uint8Array.from([0x67, 0x42, 0xc0, 0x1e, 0xda, 0x02, 0x80, 0xbf, 0xe5])
const PPS = Uint8Array.from([0x68, 0xce, 0x3c, 0x80])

/** A picture of `size` bytes whose content is its number, so that each byte can be checked at the other end. */
function nal(number: number, size: number): Uint8Array {
  const bytes = new Uint8Array(4 + size)
  new DataView(bytes.buffer).setUint32(0, size)
  bytes.fill(number & 255, 6)
  bytes[4] = number % 10 === 0 ? 0x65 : 0x41
  // first_mb_in_slice is 0.
  bytes[5] = 0x80
  return bytes
}

const withSets = (sample: Uint8Array): Uint8Array => {
  const sets = [SPS, PPS].flatMap(set => [0, 0, 0, set.length, ...set])
  return Uint8Array.from([...sets, ...sample])
}

/** `count` pictures and as many frames of sound, one pair a millisecond tick of the event loop. */
function frames(count: number, start = 2 ** 32 - 9000): FrameSource {
  return {
    tracks: [
      { kind: 'video', codec: 'h264', payloadType: 96, clockRate: 90_000, channels: 1, fmtp: 'packetization-mode=1' },
      {
        kind: 'audio',
        codec: 'aac',
        payloadType: 97,
        clockRate: 16_000,
        channels: 1,
        fmtp: 'sizelength=13;indexlength=3;indexdeltalength=3;config=1408',
      },
    ],
    play(send) {
      let i = 0
      const timer = setInterval(() => {
        if (i === count) return clearInterval(timer)
        const sample = nal(i, i % 10 === 0 ? 9000 : 300)
        send({ track: 0, data: i % 10 === 0 ? withSets(sample) : sample, rtpTime: start + i * 3600 })
        send({ track: 1, data: Uint8Array.from({ length: 50 }, () => i & 255), rtpTime: i * 1024 })
        i++
      }, 1)
      return { stop: () => clearInterval(timer) }
    },
  }
}

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function serve(config: Partial<ServerConfig> = {}): Promise<RtspServer> {
  const server = await startRtspServer({ port: 0, mounts: { '/cam': frames(60) }, ...config })
  open.push(server)
  return server
}

type Seen = {
  video: Unit[]
  audio: Unit[]
  sets: ParameterSets[]
  end: Promise<RtspError>
  tracks: readonly TrackInfo[]
  transport: string
}

async function watch(url: string, options: RtspOptions = {}): Promise<Seen> {
  const video: Unit[] = []
  const audio: Unit[] = []
  const sets: ParameterSets[] = []
  let ended: (error: RtspError) => void = () => undefined
  const end = new Promise<RtspError>(resolve => {
    ended = resolve
  })
  const session = await openRtsp(
    url,
    {
      onUnit: (track, unit) => (track.kind === 'video' ? video : audio).push(unit),
      onParameters: (_, parameters) => sets.push(parameters),
      onEnd: ended,
    },
    options,
  )
  open.push(session)
  return { video, audio, sets, end, tracks: session.tracks, transport: session.transport }
}

const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'opened',
    error => (error instanceof RtspError ? error.code : String(error)),
  )

describe('a session', () => {
  test.each(['tcp', 'udp'] as const)(
    'over %s brings every frame whole, in order, with times that do not wrap',
    async transport => {
      const server = await serve()
      const seen = await watch(`${server.url}/cam`, { transport })
      await expect.poll(() => [seen.video.length, seen.audio.length], { timeout: 5000 }).toEqual([60, 60])
      const first = seen.video[0]?.rtpTime ?? 0
      for (const [i, unit] of seen.video.entries()) {
        expect(unit.data).toEqual(nal(i, i % 10 === 0 ? 9000 : 300))
        expect([unit.rtpTime - first, unit.key, unit.lossBefore]).toEqual([i * 3600, i % 10 === 0, false])
      }
      expect(seen.audio.map(unit => unit.data[0])).toEqual(Array.from({ length: 60 }, (_, i) => i))
      expect(seen.sets).toEqual([{ vps: [], sps: [SPS], pps: [PPS] }])
      expect(seen.tracks.map(track => track.codec)).toEqual(['h264', 'aac'])
      expect(seen.tracks[1]?.audioConfig).toEqual(Uint8Array.of(0x14, 0x08))
    },
  )

  test.each(['basic', 'digest-md5', 'digest-sha256'] as const)(
    '%s passwords are asked for, accepted and refused',
    async scheme => {
      const server = await serve({ login: { user: 'adm:in'.replace(':', ''), password: 'p@ss word', scheme } })
      const at = server.url.replace('rtsp://', '')
      expect(await code(watch(`${server.url}/cam`))).toBe('password_needed')
      expect(await code(watch(`rtsp://admin:nope@${at}/cam`))).toBe('wrong_password')
      const seen = await watch(`rtsp://admin:p%40ss%20word@${at}/cam`)
      await expect.poll(() => seen.video.length).toBeGreaterThan(5)
    },
  )

  test('each thing that can be wrong has its own name', async () => {
    const server = await serve()
    expect(await code(watch('http://camera/'))).toBe('bad_url')
    expect(await code(watch(`${server.url}/other`))).toBe('not_found')
    expect(await code(watch('rtsp://127.0.0.1:1/cam'))).toBe('unreachable')
    expect(await code(watch('rtsp://no-such-host.invalid/cam'))).toBe('unknown_host')
    expect(
      await code(
        watch(`${(await serve({ faults: { stall: true } })).url}/cam`, {
          connectMs: 200,
          signal: AbortSignal.timeout(400),
        }),
      ),
    ).toBe('closed')
    const jpeg: FrameSource = {
      ...frames(1),
      tracks: [{ kind: 'video', codec: 'pcmu', payloadType: 26, clockRate: 90_000, channels: 1, fmtp: '' }],
    }
    expect(await code(watch(`${(await serve({ mounts: { '/cam': jpeg } })).url}/cam`))).toBe('unsupported_codec')
    expect(await code(watch(`${(await serve({ mounts: { '/cam': { ...frames(1), tracks: [] } } })).url}/cam`))).toBe(
      'no_video',
    )
  })

  test('a camera without TCP is played over UDP', async () => {
    const seen = await watch(`${(await serve({ transports: ['udp'] })).url}/cam`)
    expect(seen.transport).toBe('udp')
    await expect.poll(() => seen.video.length).toBe(60)
  })

  test('a missing marker bit costs no frame but the last', async () => {
    const seen = await watch(`${(await serve({ faults: { noMarker: true } })).url}/cam`)
    await expect.poll(() => seen.video.length).toBe(59)
    expect(seen.video.every((unit, i) => unit.data[6] === (i & 255))).toBe(true)
  })

  test('UDP packets that overtake each other are put back in order', async () => {
    const seen = await watch(`${(await serve({ faults: { reorder: true } })).url}/cam`, { transport: 'udp' })
    await expect.poll(() => seen.video.length).toBeGreaterThanOrEqual(58)
    expect(seen.video.some(unit => unit.lossBefore)).toBe(false)
  })

  test('lost packets spoil only the pictures they were part of, and that is said', async () => {
    const seen = await watch(`${(await serve({ mounts: { '/cam': frames(400) }, faults: { loss: 0.05 } })).url}/cam`, {
      transport: 'udp',
    })
    await expect.poll(() => seen.video.at(-1)?.data[6], { timeout: 5000 }).toBeGreaterThan(130)
    await expect.poll(() => seen.video.length).toBeGreaterThan(200)
    for (const unit of seen.video) {
      const number = unit.data[6] ?? 0
      expect(unit.data.subarray(6).every(byte => byte === number)).toBe(true)
    }
    expect(seen.video.some(unit => unit.lossBefore)).toBe(true)
  })

  test('a pulled plug and a camera that falls silent both end the session', async () => {
    const server = await serve({ mounts: { '/cam': frames(100_000) } })
    const cut = await watch(`${server.url}/cam`)
    server.drop()
    expect((await cut.end).code).toBe('closed')
    const silent = await watch(`${server.url}/cam`, { stallMs: 200 })
    server.faults.stall = true
    expect((await silent.end).code).toBe('timeout')
  })
})
