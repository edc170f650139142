import { runningHub } from '@hausrecht/client/node/home'
import { type CameraEntry, readCameras } from '@hausrecht/hub/cameras'
import { type HubStatus, readStatus } from '@hausrecht/hub/status/status'
import { RtspError } from '@hausrecht/rtsp/errors'
import { withLogin } from '../camera-address.ts'
import { probeCamera } from '../camera-probe.ts'
import type { Context } from '../context.ts'
import { words as gapWords, reasonIn } from '../gap-words.ts'
import { words as rtspWords } from '../rtsp-words.ts'
import { codecName, FRESH_MS, pictureOf } from '../screen/gather.ts'
import { bytes, duration } from '../time/format.ts'
import { words } from './doctor-words.ts'
import { type Finding, finding } from './finding.ts'

/** Segments that wait longer than this for the vault are worth a hint, ms. */
export const WAITING_MS = 60_000

function spool({ language, clock }: Context, status: HubStatus): Finding {
  const t = words[language].spool
  const { state, bytes: size, oldestMs } = status.spool
  if (state !== 'ok') return finding('spool', 'wrong', t.wrong(state))
  const age = oldestMs === null ? 0 : clock.now() - oldestMs
  return age > WAITING_MS
    ? finding('spool', 'hint', t.hint(bytes(size, language), duration(age, language)))
    : finding('spool', 'ok', t.ok())
}

function cameras({ language }: Context, status: HubStatus): readonly Finding[] {
  const t = words[language].camera
  return status.cameras.map(camera => {
    const what = [pictureOf(camera), camera.audioCodec === null ? undefined : codecName(camera.audioCodec)]
      .filter(Boolean)
      .join(', ')
    if (camera.problem === null) return finding('camera', 'ok', t.ok(camera.name, what))
    return finding('camera', 'wrong', t.wrong(camera.name, reasonIn(gapWords[language], camera.problem.reason)))
  })
}

/** Without a hub that could say how the cameras are, each is looked at for a moment. */
async function lookAtCameras(
  { language, signal }: Context,
  entries: readonly CameraEntry[],
): Promise<readonly Finding[]> {
  const t = words[language].camera
  return Promise.all(
    entries.map(async entry => {
      try {
        const { video, audio } = await probeCamera(withLogin(entry), { signal, watchMs: 500, subStreams: false })
        const sound = audio === null ? [] : [codecName(audio.codec)]
        return finding(
          'camera',
          'ok',
          t.ok(entry.name, [`${video.width}×${video.height} ${codecName(video.codec)}`, ...sound].join(', ')),
        )
      } catch (error) {
        if (!(error instanceof RtspError)) throw error
        return finding('camera', 'wrong', t.wrong(entry.name, rtspWords[language][error.code].what))
      }
    }),
  )
}

/** The hub of this folder, as far as it can be seen from outside: it has no port, it writes its news to a file. */
export async function examineHub(context: Context, home: string): Promise<readonly Finding[]> {
  const { language, clock } = context
  const t = words[language]
  const pid = runningHub(home)
  if (pid === null) {
    const entries = await readCameras(home)
    return entries.length === 0
      ? []
      : [finding('hub', 'hint', t.hub.hint()), ...(await lookAtCameras(context, entries))]
  }
  const status = await readStatus(home)
  const age = status === null ? Number.POSITIVE_INFINITY : clock.now() - status.writtenAtMs
  if (status === null || age > FRESH_MS)
    return [finding('hub', 'wrong', t.hub.wrong(pid, duration(Math.min(age, 9e9), language)))]
  const { refused, lastRefusal, withheld } = status.vault
  return [
    finding('hub', 'ok', t.hub.ok(pid)),
    ...cameras(context, status),
    spool(context, status),
    refused === 0
      ? finding('refused', 'ok', t.refused.ok())
      : finding('refused', 'wrong', t.refused.wrong(refused, lastRefusal ?? '')),
    withheld === 0 ? finding('kept', 'ok', t.kept.ok()) : finding('kept', 'wrong', t.kept.wrong(withheld)),
  ]
}
