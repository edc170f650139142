import { activeDevice, canRead, hasRole } from '@hausrecht/chain/rights'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { ChannelMap, ChannelValue } from '@hausrecht/client/channel/messages'
import { type DeviceId, parseDeviceId } from '@hausrecht/crypto/ids'
import { leafOf } from '@hausrecht/keytree/leaf'
import { redactUrl } from '@hausrecht/rtsp/url'
import type { CameraEntry } from '../cameras.ts'
import type { SpoolStatus } from '../spool/spool.ts'
import type { CameraStatus } from '../status/status.ts'

/** What a camera does, in the words of the app. */
export type CameraState = 'recording' | 'connecting' | 'trouble' | 'paused'

export type ViewSources = {
  readonly cameras: readonly { readonly entry: CameraEntry; readonly status: CameraStatus }[]
  readonly spool: SpoolStatus
  /** Objects that the vault acknowledged and does not list. */
  readonly withheld: number
  readonly startedAtMs: number
}

/** Without user and password, also where cameras take them in the path. */
export const publicAddress = (url: string): string => redactUrl(url).replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1')

const stateOf = ({ state, problem }: CameraStatus): CameraState =>
  state === 'recording' ? 'recording' : problem === null ? 'connecting' : 'trouble'

/**
 * What the hub tells a device about itself: the cameras it may see, in the order people gave them. Addresses are for admins only.
 * Null for devices that may see nothing.
 */
export function viewFor(
  { cameras, spool, withheld, startedAtMs }: ViewSources,
  state: HouseholdState,
  device: DeviceId,
  now: number,
): ChannelMap | null {
  if (activeDevice(state, device) === null) return null
  const leaf = leafOf(now)
  const admin = hasRole(state, device, 'admin')
  const seen = cameras.filter(({ entry }) => canRead(state, device, entry.video, leaf))
  if (seen.length === 0 && !admin && !hasRole(state, device, 'session')) return null
  return {
    cameras: seen.map(
      ({ entry, status }, order): ChannelValue => ({
        id: entry.video,
        audio: entry.audio ?? null,
        sub: entry.sub ?? null,
        name: entry.name,
        state: stateOf(status),
        problem: status.problem?.reason ?? null,
        sealedAt: status.sealedAtMs,
        bitrate: status.bitsPerSecond,
        codec: status.codec,
        width: status.width,
        height: status.height,
        fps: status.framesPerSecond,
        viewers: status.viewers.filter(viewer => activeDevice(state, parseDeviceId(viewer)) !== null),
        address: admin ? publicAddress(entry.url) : null,
        order,
      }),
    ),
    spool: { bytes: spool.bytes, segments: spool.unsent, oldestAt: spool.oldestMs },
    withheld,
    startedAt: startedAtMs,
  }
}
