import type { CameraId, DeletionView, DeviceView, HouseholdView, Span } from '../engine/api.ts'

/** What somebody who was away should know, newest first. */
export type Happening =
  | {
      readonly type: 'gap'
      readonly at: number
      readonly to: number
      readonly cameras: readonly CameraId[]
      readonly reason: string
      readonly open: boolean
    }
  | { readonly type: 'added' | 'removed'; readonly at: number; readonly device: DeviceView }
  | { readonly type: 'deletion'; readonly at: number; readonly deletion: DeletionView }

export type Recorded = { readonly camera: CameraId; readonly spans: readonly Span[] }

/** Shorter gaps are drawn on the timeline and are nothing to tell, ms. */
export const GAP_TOLD_MS = 20_000
/** A gap that ends so close to now still goes on, ms. */
const OPEN_MS = 30_000
/** A camera that was just added has no past to miss. */
const UNTOLD = 'camera_added'

/** Gaps for the same reason, closer than this, are told as one, ms. */
const NEAR_MS = 60_000

type Gap = { from: number; to: number; reason: string; cameras: CameraId[] }

/** Gaps of one camera that are worth telling. */
function gapsOf({ camera, spans }: Recorded, since: number): Gap[] {
  const told: Gap[] = []
  for (const span of spans) {
    if (span.type !== 'gap' || span.reason === UNTOLD || span.to <= since) continue
    const last = told.at(-1)
    if (last !== undefined && last.reason === span.reason && span.from - last.to < NEAR_MS) last.to = span.to
    else told.push({ from: span.from, to: span.to, reason: span.reason, cameras: [camera] })
  }
  return told.filter(gap => gap.to - gap.from >= GAP_TOLD_MS)
}

/** What several cameras missed at once for one reason is told once. */
function together(gaps: readonly Gap[]): readonly Gap[] {
  const told: Gap[] = []
  for (const gap of gaps.toSorted((a, b) => a.from - b.from)) {
    const same = told.find(
      other =>
        other.reason === gap.reason &&
        Math.abs(other.from - gap.from) < NEAR_MS &&
        Math.abs(other.to - gap.to) < NEAR_MS,
    )
    if (same === undefined) told.push({ ...gap })
    else same.cameras = [...same.cameras, ...gap.cameras]
  }
  return told
}

/** Gaps, devices let in and out, and deletions since a moment. */
export function happened(
  household: Pick<HouseholdView, 'devices'>,
  recorded: readonly Recorded[],
  deletions: readonly DeletionView[],
  since: number,
  now: number,
): readonly Happening[] {
  const devices = household.devices.filter(device => !device.self)
  return [
    ...together(recorded.flatMap(one => gapsOf(one, since))).map(
      ({ from, to, reason, cameras }): Happening => ({
        type: 'gap',
        at: from,
        to,
        cameras,
        reason,
        open: now - to < OPEN_MS,
      }),
    ),
    ...devices
      .filter(device => device.addedAt > since)
      .map((device): Happening => ({ type: 'added', at: device.addedAt, device })),
    ...devices.flatMap((device): Happening[] =>
      device.removedAt !== null && device.removedAt > since ? [{ type: 'removed', at: device.removedAt, device }] : [],
    ),
    ...deletions
      .filter(deletion => deletion.at > since)
      .map((deletion): Happening => ({ type: 'deletion', at: deletion.at, deletion })),
  ].toSorted((a, b) => b.at - a.at)
}
