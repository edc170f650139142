import { joinLengthPrefixed } from '@hausrecht/media/codec/nal'
import type { FrameSource, ServedFrame, ServedTrack } from '@hausrecht/rtsp/server'
import { ClockPainter } from './clock/painter.ts'
import { STRIP_ROWS } from './clock/strip.ts'
import type { PictureLoop, SoundLoop } from './footage.ts'
import { type Beat, realTime } from './real-time.ts'

const PICTURE_CLOCK = 90_000
const AAC_FRAME = 1024

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

function pictureTrack({ sps, pps }: PictureLoop): ServedTrack {
  const profile = hex(sps.subarray(1, 4))
  return {
    kind: 'video',
    codec: 'h264',
    payloadType: 96,
    clockRate: PICTURE_CLOCK,
    channels: 1,
    fmtp: `packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${base64(sps)},${base64(pps)}`,
  }
}

const soundTrack = ({ sampleRate, config }: SoundLoop): ServedTrack => ({
  kind: 'audio',
  codec: 'aac',
  payloadType: 97,
  clockRate: sampleRate,
  channels: 1,
  fmtp: `streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=${hex(config)}`,
})

/**
 * The main scene: footage in a loop with the running clock, and sound. Frame numbers and times follow the wall clock, so that they go
 * on over loops, over clients that come and go, and over a restart of the camera.
 */
export function mainScene(pictures: PictureLoop, sound: SoundLoop | null): FrameSource {
  return {
    tracks: [pictureTrack(pictures), ...(sound ? [soundTrack(sound)] : [])],
    play(send) {
      const painter = new ClockPainter(pictures.sps, pictures.pps, STRIP_ROWS)
      let started = false
      const soundBeat = ({ sampleRate, frames }: SoundLoop): Beat => ({
        periodMs: (AAC_FRAME * 1000) / sampleRate,
        frame: (number, captured) => {
          const data = frames[number % frames.length]
          if (started && data) send({ track: 1, data, rtpTime: number * AAC_FRAME, captured })
        },
      })
      return realTime([
        {
          periodMs: 1000 / pictures.fps,
          frame: (number, timeMs) => {
            const picture = pictures.pictures[number % pictures.pictures.length]
            // A decoder can begin at a key picture only.
            if (!picture || (!started && !picture.key)) return
            started = true
            const nals = painter.paint(picture.nals, number, timeMs)
            send({ ...pictureFrame(pictures, picture.key, nals, number), captured: timeMs })
          },
        },
        ...(sound ? [soundBeat(sound)] : []),
      ])
    },
  }
}

/** The second, smaller scene of the same place: no sound, no clock. */
export function subScene(pictures: PictureLoop): FrameSource {
  return {
    tracks: [pictureTrack(pictures)],
    play(send) {
      let started = false
      return realTime([
        {
          periodMs: 1000 / pictures.fps,
          frame: (number, captured) => {
            const picture = pictures.pictures[number % pictures.pictures.length]
            if (!picture || (!started && !picture.key)) return
            started = true
            send({ ...pictureFrame(pictures, picture.key, picture.nals, number), captured })
          },
        },
      ])
    },
  }
}

/** Parameter sets go before every key picture, as cameras do. */
function pictureFrame(loop: PictureLoop, key: boolean, nals: readonly Uint8Array[], number: number): ServedFrame {
  const all = key ? [loop.sps, loop.pps, ...nals] : nals
  return { track: 0, data: joinLengthPrefixed(all), rtpTime: Math.round((number * PICTURE_CLOCK) / loop.fps) }
}
