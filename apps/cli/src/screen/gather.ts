import type { GapReason } from '@hausrecht/hub/recorder/gap-reasons'
import type { CameraStatus, HubStatus } from '@hausrecht/hub/status/status'
import { words as gapWords, reasonIn } from '../gap-words.ts'
import type { Language } from '../language.ts'
import type { CameraNow, Screen } from './model.ts'

/** A status that was written longer ago than this says nothing about now. */
export const FRESH_MS = 10_000

const CODECS: ReadonlyMap<string, string> = new Map([
  ['h264', 'H.264'],
  ['h265', 'H.265'],
  ['aac', 'AAC'],
  ['opus', 'Opus'],
  ['pcma', 'G.711'],
  ['pcmu', 'G.711'],
])

/** A codec as people call it. */
export const codecName = (codec: string): string => CODECS.get(codec.toLowerCase()) ?? codec

/** Like `1280×720 H.264, 25 fps`. */
export const pictureOf = ({
  codec,
  width,
  height,
}: Pick<CameraStatus, 'codec' | 'width' | 'height'>): string | undefined => {
  if (codec === null) return undefined
  return width === null || height === null ? codecName(codec) : `${width}×${height} ${codecName(codec)}`
}

function cameraNow(camera: CameraStatus, language: Language): CameraNow {
  const picture = pictureOf(camera)
  const { problem } = camera
  return {
    name: camera.name,
    state: camera.state,
    ...(problem === null ? {} : { problem: reasonIn(gapWords[language], problem.reason) }),
    ...(picture === undefined ? {} : { picture }),
    ...(camera.audioCodec === null ? {} : { sound: codecName(camera.audioCodec) }),
    ...(camera.sealedAtMs === null ? {} : { sealedAt: camera.sealedAtMs }),
    ...(camera.bitsPerSecond === null ? {} : { bitsPerSecond: camera.bitsPerSecond }),
    // An older hub may have written this.
    ...(camera.viewers?.length > 0 ? { viewers: camera.viewers.length } : {}),
  }
}

/** These come with every start: nothing to worry about. */
const EXPECTED: ReadonlySet<string> = new Set<GapReason>(['camera_added', 'hub_stopped'])

export type FromHub = Pick<Screen, 'cameras' | 'waiting' | 'gaps' | 'witness'> &
  Readonly<{ logSize?: number; digits?: string }>

/** What the hub's own news say for the screen; empty when there are none. */
export function fromHub(status: HubStatus | null, language: Language, ownWitness: string | undefined): FromHub {
  if (status === null) return { cameras: [] }
  const newest = status.cameras.map(({ gaps }) => gaps).sort((a, b) => (b.toMs ?? 0) - (a.toMs ?? 0))[0]
  const count = status.cameras.reduce((sum, { gaps }) => sum + gaps.count, 0)
  const { spool, chain } = status
  // Somebody else's witness says more than one's own, however long ago.
  const witness = chain.witnesses.find(({ name }) => name !== ownWitness) ?? chain.witnesses[0]
  return {
    cameras: status.cameras.map(camera => cameraNow(camera, language)),
    waiting:
      spool.unsent === 0
        ? { bytes: 0 }
        : { bytes: spool.bytes, ...(spool.oldestMs === null ? {} : { since: spool.oldestMs }) },
    ...(count === 0 || EXPECTED.has(newest?.reason ?? '')
      ? {}
      : { gaps: { count, reason: reasonIn(gapWords[language], newest?.reason ?? '') } }),
    ...(witness === undefined
      ? {}
      : { witness: { own: witness.name === ownWitness, cosignedAt: witness.cosignedAtMs } }),
    logSize: chain.logSize,
    // An older hub may still have written this.
    ...(status.claim?.digits ? { digits: status.claim.digits } : {}),
  }
}
