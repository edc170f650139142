import { createHash } from 'node:crypto'
import { packetHashes } from '@hausrecht/testkit/ffmpeg'
import { type FootageOptions, peopleFootage } from '@hausrecht/testkit/footage'
import { type GstConfig, launchFile, startGst } from '@hausrecht/testkit/gst'
import { until } from '@hausrecht/testkit/until'
import { afterEach, describe, expect, test } from 'vitest'
import { openRtsp } from './client.ts'
import type { RtspError } from './errors.ts'
import type { TrackInfo } from './track.ts'
import type { Unit } from './unit.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const SECONDS = 4
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

async function serve(config: GstConfig): Promise<string> {
  const server = await startGst(config)
  open.push(server.stop)
  return server.url
}

async function watch(url: string, transport: 'tcp' | 'udp') {
  const video: Unit[] = []
  const audio: Unit[] = []
  const tracks: { video: TrackInfo | null; audio: TrackInfo | null } = { video: null, audio: null }
  let end: RtspError | null = null
  const session = await openRtsp(
    url,
    {
      onUnit: (track, unit) => {
        tracks[track.kind] = track
        ;(track.kind === 'video' ? video : audio).push(unit)
      },
      onEnd: error => {
        end = error
      },
    },
    { transport },
  )
  open.push(session.close)
  return { session, video, audio, tracks, end: () => end }
}

/** Where the received sound begins in the film: the server leaves out the frames before the film's start (encoder delay). */
const offsetOf = (part: readonly string[], whole: readonly string[]): number => whole.indexOf(part[0] ?? '')

/** Frames of the encoder's delay that a server may leave out. */
const PRIMING = 2

describe("Debian's GStreamer server", () => {
  const sorts: [FootageOptions['video'], NonNullable<FootageOptions['audio']>, 'tcp' | 'udp'][] = [
    ['h264', 'aac', 'tcp'],
    ['h264', 'aac', 'udp'],
    ['h265', 'pcma', 'tcp'],
    ['h265', 'pcma', 'udp'],
    ['h264', 'opus', 'tcp'],
    ['h264', 'pcmu', 'udp'],
  ]
  test.for(sorts)(
    '%s with %s over %s: every frame of the film, byte for byte',
    async ([video = 'h264', audio, transport]) => {
      const film = await peopleFootage({ seconds: SECONDS, video, audio })
      const pictures = await packetHashes(film, 'v:0')
      const sounds = await packetHashes(film, 'a:0')
      expect(pictures.length).toBe(SECONDS * 25)
      const url = await serve({ streams: [{ path: '/cam', launch: launchFile(film, video, audio) }] })
      const seen = await watch(`${url}/cam`, transport)
      await until(() => seen.video.length >= pictures.length && seen.audio.length >= sounds.length - PRIMING, {
        what: 'the whole film',
        timeoutMs: 15_000,
      })
      expect(seen.session.transport).toBe(transport)
      expect(seen.video.map(unit => md5(unit.data))).toEqual(pictures)
      const heard = seen.audio.map(unit => md5(unit.data))
      const offset = offsetOf(heard, sounds)
      expect(offset).toBeLessThanOrEqual(PRIMING)
      expect(heard).toEqual(sounds.slice(offset, offset + heard.length))
      expect(offset + heard.length).toBeGreaterThanOrEqual(sounds.length - PRIMING)
      // 25 pictures a second of a 90 kHz clock, a key picture every 2 s.
      const first = seen.video[0]?.rtpTime ?? 0
      for (const [i, unit] of seen.video.entries()) {
        expect(Math.abs(unit.rtpTime - first - i * 3600)).toBeLessThanOrEqual(90)
        expect([unit.key, unit.lossBefore]).toEqual([i % 50 === 0, false])
      }
      expect(seen.tracks.video?.parameters.sps).toHaveLength(1)
      expect(seen.session.counters()).toMatchObject({ lost: 0 })
      expect(seen.end()).toBeNull()
    },
  )

  test('AAC in LATM is the same AAC', async () => {
    const film = await peopleFootage({ seconds: SECONDS })
    const sounds = await packetHashes(film, 'a:0')
    const url = await serve({ streams: [{ path: '/cam', launch: launchFile(film, 'h264', 'latm') }] })
    const seen = await watch(`${url}/cam`, 'tcp')
    await until(() => seen.audio.length >= sounds.length - PRIMING, { what: 'the whole film' })
    const heard = seen.audio.map(unit => md5(unit.data))
    const offset = offsetOf(heard, sounds)
    expect(heard).toEqual(sounds.slice(offset, offset + heard.length))
    expect(seen.tracks.audio).toMatchObject({ codec: 'aac', audioConfig: Uint8Array.of(0x14, 0x08) })
  })

  test('B-frames come in the order of decoding, with the times of showing', async () => {
    const film = await peopleFootage({ seconds: 2, audio: null, bFrames: 2 })
    const pictures = await packetHashes(film, 'v:0')
    const url = await serve({ streams: [{ path: '/cam', launch: launchFile(film, 'h264', null) }] })
    const seen = await watch(`${url}/cam`, 'tcp')
    await until(() => seen.video.length >= pictures.length, { what: 'the whole film' })
    expect(seen.video.map(unit => md5(unit.data))).toEqual(pictures)
    const times = seen.video.map(unit => unit.rtpTime)
    expect(times).not.toEqual([...times].sort((a, b) => a - b))
    expect(new Set(times).size).toBe(times.length)
  })

  test('reports of the sender tie its clock to ours', async () => {
    const film = await peopleFootage({ seconds: 4 })
    const url = await serve({ streams: [{ path: '/cam', launch: launchFile(film, 'h264', 'aac') }] })
    const seen = await watch(`${url}/cam`, 'tcp')
    const unit = await until(() => seen.video.find(({ ntp }) => ntp !== undefined), { what: 'a sender report' })
    // The same machine, so the same clock: apart by the time that a picture is under way.
    expect(Math.abs((unit.ntp ?? 0) - unit.arrival)).toBeLessThan(1000)
  })

  test.for(['digest', 'basic'] as const)('%s passwords: asked for, accepted, refused', async scheme => {
    const film = await peopleFootage({ seconds: SECONDS })
    const login = { user: 'admin', password: 's3cret: /ü', scheme }
    const url = await serve({ login, streams: [{ path: '/cam', launch: launchFile(film, 'h264', 'aac') }] })
    const as = (credentials: string): string => `${url.replace('rtsp://', `rtsp://${credentials}`)}/cam`
    await expect(watch(as(''), 'tcp')).rejects.toMatchObject({ code: 'password_needed' })
    await expect(watch(as('admin:wrong@'), 'tcp')).rejects.toMatchObject({ code: 'wrong_password' })
    const seen = await watch(as(`admin:${encodeURIComponent(login.password)}@`), 'tcp')
    await until(() => seen.video.length > 10, { what: 'pictures' })
  })

  test('a server without TCP is played over UDP, and its missing paths are named', async () => {
    const film = await peopleFootage({ seconds: SECONDS })
    const streams = [{ path: '/cam', launch: launchFile(film, 'h264', 'aac') }]
    const url = await serve({ transports: ['udp'], streams })
    const seen: Unit[] = []
    const session = await openRtsp(`${url}/cam`, { onUnit: (_, unit) => seen.push(unit), onEnd: () => {} })
    open.push(session.close)
    expect(session.transport).toBe('udp')
    await until(() => seen.length > 10, { what: 'frames' })
    await expect(watch(`${url}/other`, 'tcp')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a killed server ends the session', async () => {
    const film = await peopleFootage({ seconds: SECONDS })
    const server = await startGst({ streams: [{ path: '/cam', launch: launchFile(film, 'h264', 'aac') }] })
    const seen = await watch(`${server.url}/cam`, 'tcp')
    await until(() => seen.video.length > 10, { what: 'pictures' })
    await server.stop()
    const error = await until(seen.end, { what: 'the end' })
    expect(error).toMatchObject({ code: 'closed' })
  })
})
