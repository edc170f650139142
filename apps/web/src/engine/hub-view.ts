import type { ChannelMap, ChannelValue } from '@hausrecht/client/channel/messages'
import { isMap } from '@hausrecht/client/channel/values'
import { type DeviceId, parseDeviceId, parseStreamId, type StreamId } from '@hausrecht/crypto/ids'
import type { CameraView, UsageView } from './api.ts'

/** What the hub says of itself. It is one of the household, but what it sends is read as strictly as anything else. */
export type HubView = {
  readonly cameras: ReadonlyMap<StreamId, NonNullable<CameraView['live']>>
  readonly order: readonly StreamId[]
  readonly spool: UsageView['spool']
  /** Objects that the vault acknowledged and does not list, by the hub's word. */
  readonly withheld: number
}

const STATES = ['recording', 'connecting', 'trouble', 'paused'] as const
const text = (value: ChannelValue | undefined): string | null => (typeof value === 'string' ? value : null)
const number = (value: ChannelValue | undefined): number | null => (typeof value === 'number' ? value : null)
const list = (value: ChannelValue | undefined): readonly ChannelValue[] => (Array.isArray(value) ? value : [])

function id<T>(parse: (text: string) => T, value: ChannelValue | undefined): T | null {
  try {
    return typeof value === 'string' ? parse(value) : null
  } catch {
    return null
  }
}

const present = <T>(value: T | null): value is T => value !== null

/** @returns null for what is not a hub's status */
export function readHubView(value: ChannelValue): HubView | null {
  if (!isMap(value) || !Array.isArray(value.cameras)) return null
  const cameras = new Map<StreamId, NonNullable<CameraView['live']>>()
  const order: StreamId[] = []
  for (const item of list(value.cameras).filter(isMap)) {
    const camera = id(parseStreamId, item.id)
    if (camera === null) continue
    cameras.set(camera, readCamera(item))
    order.push(camera)
  }
  return {
    cameras,
    order,
    spool: isMap(value.spool) ? readSpool(value.spool) : null,
    withheld: number(value.withheld) ?? 0,
  }
}

function readCamera(item: ChannelMap): NonNullable<CameraView['live']> {
  return {
    state: STATES.find(state => state === item.state) ?? 'trouble',
    problem: text(item.problem),
    sealedAt: number(item.sealedAt),
    bitrate: number(item.bitrate),
    codec: text(item.codec),
    width: number(item.width),
    height: number(item.height),
    fps: number(item.fps),
    viewers: list(item.viewers)
      .map((viewer): DeviceId | null => id(parseDeviceId, viewer))
      .filter(present),
    address: text(item.address),
  }
}

const readSpool = (spool: ChannelMap): UsageView['spool'] => ({
  bytes: number(spool.bytes) ?? 0,
  segments: number(spool.segments) ?? 0,
  oldestAt: number(spool.oldestAt),
})
