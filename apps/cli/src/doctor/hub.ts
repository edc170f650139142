import { runningHub } from '@hausrecht/client/node/home'
import { readCameras } from '@hausrecht/hub/cameras'
import { type HubStatus, readStatus } from '@hausrecht/hub/status/status'
import type { Context } from '../context.ts'
import { words as gapWords, reasonIn } from '../gap-words.ts'
import { FRESH_MS, pictureOf } from '../screen/gather.ts'
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
    const what = [pictureOf(camera), camera.audioCodec ?? undefined].filter(Boolean).join(', ')
    if (camera.problem === null) return finding('camera', 'ok', t.ok(camera.name, what))
    return finding('camera', 'wrong', t.wrong(camera.name, reasonIn(gapWords[language], camera.problem.reason)))
  })
}

/** The hub of this folder, as far as it can be seen from outside: it has no port, it writes its news to a file. */
export async function examineHub(context: Context, home: string): Promise<readonly Finding[]> {
  const { language, clock } = context
  const t = words[language]
  const pid = runningHub(home)
  if (pid === null) return (await readCameras(home)).length === 0 ? [] : [finding('hub', 'hint', t.hub.hint())]
  const status = await readStatus(home)
  const age = status === null ? Number.POSITIVE_INFINITY : clock.now() - status.writtenAtMs
  if (status === null || age > FRESH_MS)
    return [finding('hub', 'wrong', t.hub.wrong(pid, duration(Math.min(age, 9e9), language)))]
  const { refused, lastRefusal } = status.vault
  return [
    finding('hub', 'ok', t.hub.ok(pid)),
    ...cameras(context, status),
    spool(context, status),
    refused === 0
      ? finding('refused', 'ok', t.refused.ok())
      : finding('refused', 'wrong', t.refused.wrong(refused, lastRefusal ?? '')),
  ]
}
