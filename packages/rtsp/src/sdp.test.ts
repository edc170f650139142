import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { parseSdp } from './sdp.ts'

const lines = (...all: string[]): string => all.join('\r\n')

describe('session descriptions', () => {
  test('picture, sound and a track for events, as a Hikvision camera says it', () => {
    const sdp = parseSdp(
      lines(
        'v=0',
        'o=- 1 1 IN IP4 192.168.1.64',
        's=Media Presentation',
        'b=AS:5100',
        't=0 0',
        'a=control:rtsp://192.168.1.64/Streaming/Channels/101/',
        'm=video 0 RTP/AVP 96',
        'c=IN IP4 0.0.0.0',
        'b=AS:5000',
        'a=recvonly',
        'a=x-dimensions:1920,1080',
        'a=control:rtsp://192.168.1.64/Streaming/Channels/101/trackID=1',
        'a=rtpmap:96 H264/90000',
        'a=fmtp:96 profile-level-id=420029; packetization-mode=1; sprop-parameter-sets=Z00AKY2NQDwBE/LgLcBAQFAAAD6AAAw1DoYAHUwAAdTC7y40MAA6mAADqYXeXCg=,aO44gA==',
        'm=audio 0 RTP/AVP 8',
        'a=control:rtsp://192.168.1.64/Streaming/Channels/101/trackID=2',
        'a=rtpmap:8 PCMA/8000',
        'm=application 0 RTP/AVP 107',
        'a=rtpmap:107 vnd.onvif.metadata/90000',
        '',
      ),
    )
    expect(sdp.control).toBe('rtsp://192.168.1.64/Streaming/Channels/101/')
    expect(sdp.media.map(({ kind, encoding, clockRate }) => [kind, encoding, clockRate])).toEqual([
      ['video', 'H264', 90_000],
      ['audio', 'PCMA', 8000],
      ['other', 'VND.ONVIF.METADATA', 90_000],
    ])
    expect(sdp.media[0]?.fmtp.get('sprop-parameter-sets')).toMatch(/^Z00AKY.*,aO44gA==$/)
    expect(sdp.media[0]?.control).toMatch(/trackID=1$/)
  })

  test('missing rtpmap, odd spaces, bare line feeds, upper and lower case, a frame rate', () => {
    const sdp = parseSdp(
      'm=audio 0 RTP/AVP 0 \n a=control: track2 \nm=video  0  RTP/AVP  97\na=rtpmap:97  h265/90000 \n' +
        'a=fmtp: 97 Sprop-VPS=QAE= ;sprop-sps = QgE= ; sprop-pps=RAE=;\na=framerate: 12.5\na=rtpmap:98 JPEG/90000',
    )
    expect(sdp.media[0]).toMatchObject({
      kind: 'audio',
      encoding: 'PCMU',
      clockRate: 8000,
      channels: 1,
      control: 'track2',
    })
    expect(sdp.media[1]).toMatchObject({ encoding: 'H265', clockRate: 90_000, framerate: 12.5 })
    expect(sdp.media[1]?.fmtp.get('sprop-vps')).toBe('QAE=')
    expect(sdp.media[1]?.fmtp.get('sprop-sps')).toBe('QgE=')
  })

  test('AAC and Opus: rate and channels', () => {
    const sdp = parseSdp(
      lines(
        'm=audio 0 RTP/AVP 97',
        'a=rtpmap:97 mpeg4-generic/16000/2',
        'a=fmtp:97 streamtype=5;mode=AAC-hbr;config=1408;SizeLength=13',
        'm=audio 0 RTP/AVP 98',
        'a=rtpmap:98 opus/48000/2',
      ),
    )
    expect(sdp.media.map(({ clockRate, channels }) => [clockRate, channels])).toEqual([
      [16_000, 2],
      [48_000, 2],
    ])
    expect(sdp.media[0]?.fmtp.get('sizelength')).toBe('13')
  })

  test('nonsense gives a medium that nothing supports, and never an exception', () => {
    expect(parseSdp('m=').media[0]).toMatchObject({ kind: 'other', encoding: '', clockRate: 0 })
    expect(parseSdp('m=video 0 RTP/AVP x\na=rtpmap:x /-1/-1\na=framerate:1e999').media[0]).toMatchObject({
      kind: 'video',
      clockRate: 0,
      framerate: null,
    })
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('m=video 0 RTP/AVP 96', 'a=rtpmap:96 ', 'a=fmtp:96 =;=;', 'a=control:'),
    )
    fc.assert(fc.property(fc.array(line, { maxLength: 50 }), all => void parseSdp(all.join('\n'))))
  })

  test(`more than ${LIMITS.sdpLines} lines are refused`, () => {
    expect(() => parseSdp('a=x\n'.repeat(LIMITS.sdpLines - 1))).not.toThrow()
    expect(() => parseSdp('a=x\n'.repeat(LIMITS.sdpLines))).toThrow(expect.objectContaining({ code: 'too_large' }))
  })
})
