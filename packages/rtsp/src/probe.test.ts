import { afterEach, describe, expect, test } from 'vitest'
import { probe } from './probe.ts'
import { type FrameSource, type RtspServer, type ServedTrack, type ServerConfig, startRtspServer } from './server.ts'

const SPS = Uint8Array.of(0x67, 0x42, 0xc0, 0x1e)
const PPS = Uint8Array.of(0x68, 0xce, 0x3c, 0x80)
const VIDEO: ServedTrack = { kind: 'video', codec: 'h264', payloadType: 96, clockRate: 90_000, channels: 1, fmtp: '' }
const AUDIO: ServedTrack = { kind: 'audio', codec: 'pcma', payloadType: 8, clockRate: 8000, channels: 1, fmtp: '' }

/** Pictures of 12.5 a second by their times, sent faster; every tenth is a key picture. */
function scene(tracks: readonly ServedTrack[], key = true): FrameSource {
  return {
    tracks,
    play(send) {
      let i = 0
      const timer = setInterval(() => {
        const isKey = key && i % 10 === 0
        const picture = [0, 0, 0, 100, isKey ? 0x65 : 0x41, 0x80, ...new Uint8Array(98)]
        const sets = isKey ? [SPS, PPS].flatMap(set => [0, 0, 0, set.length, ...set]) : []
        send({ track: 0, data: Uint8Array.from([...sets, ...picture]), rtpTime: i * 7200 })
        i++
      }, 5)
      return { stop: () => clearInterval(timer) }
    },
  }
}

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})
async function serve(config: Partial<ServerConfig>): Promise<RtspServer> {
  const server = await startRtspServer({ port: 0, mounts: {}, ...config })
  closers.push(server.close)
  return server
}

const describePicture = (_: string, { sps, pps }: { sps: readonly Uint8Array[]; pps: readonly Uint8Array[] }) => {
  expect([sps[0], pps[0]]).toEqual([SPS, PPS])
  return { width: 1280, height: 720 }
}

describe('a look at a camera', () => {
  test('says what it sends, and finds the small stream beside it, without the password', async () => {
    const mounts = { '/main': scene([VIDEO, AUDIO]), '/sub': scene([VIDEO]) }
    const { url } = await serve({ mounts, login: { user: 'u', password: 'secret', scheme: 'digest-sha256' } })
    const found = await probe(`${url.replace('://', '://u:secret@')}/main`, describePicture, { watchMs: 600 })
    expect(found).toMatchObject({
      transport: 'tcp',
      video: { codec: 'h264', width: 1280, height: 720, fps: 12.5, keyInterval: 0.8 },
      audio: { codec: 'pcma', sampleRate: 8000, channels: 1 },
      unsupportedAudio: null,
      subStreams: [`${url}/sub`],
    })
    expect(found.video.bitsPerSecond).toBeGreaterThan(10_000)
    expect(JSON.stringify(found)).not.toContain('secret')
  })

  test.for([
    ['/Streaming/Channels/101', '/Streaming/Channels/102'],
    ['/Streaming/Channels/1201', '/Streaming/Channels/1202'],
    ['/h264/ch1/main/av_stream', '/h264/ch1/sub/av_stream'],
    ['/cam/realmonitor?channel=1&subtype=0', '/cam/realmonitor?channel=1&subtype=1'],
    ['/h264Preview_01_main', '/h264Preview_01_sub'],
    ['/stream1', '/stream2'],
    ['/videoMain', '/videoSub'],
    ['/unicast/c1/s0/live', '/unicast/c1/s1/live'],
    ['/user=admin&password=&channel=1&stream=0.sdp', '/user=admin&password=&channel=1&stream=1.sdp'],
    ['/axis-media/media.amp', '/axis-media/media.amp?resolution=640x360'],
  ] as const)('the small stream of %s', async ([large, small]) => {
    const { url } = await serve({ mounts: { [large]: scene([VIDEO]), [small]: scene([VIDEO]) } })
    const found = await probe(`${url}${large}`, describePicture, { watchMs: 50 })
    expect(found.subStreams).toEqual([`${url}${small}`])
  })

  test('sound that is not supported is named, and does not keep the picture away', async () => {
    const other: ServedTrack = { ...AUDIO, payloadType: 3 }
    const { url } = await serve({ mounts: { '/cam': scene([VIDEO, { ...other, clockRate: 0 }]) } })
    const found = await probe(`${url}/cam`, describePicture, { watchMs: 50 })
    expect([found.audio, found.unsupportedAudio, found.subStreams]).toEqual([null, 'PCMA', []])
  })

  test('errors are those of a session', async () => {
    const { url } = await serve({
      mounts: { '/cam': scene([VIDEO]) },
      login: { user: 'u', password: 'p', scheme: 'basic' },
    })
    const look = (address: string) => probe(address, describePicture, { watchMs: 50 })
    await expect(look(`${url}/cam`)).rejects.toMatchObject({ code: 'password_needed' })
    await expect(look(`${url.replace('://', '://u:x@')}/cam`)).rejects.toMatchObject({ code: 'wrong_password' })
    await expect(look(`${url.replace('://', '://u:p@')}/none`)).rejects.toMatchObject({ code: 'not_found' })
    await expect(look('http://cam/')).rejects.toMatchObject({ code: 'bad_url' })
  })
})
