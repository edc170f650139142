import { firstKept, ruleFor } from '@hausrecht/chain/retention'
import { activeDevice } from '@hausrecht/chain/rights'
import type { HouseholdState } from '@hausrecht/chain/state'
import { householdNow } from '@hausrecht/client/household-clock'
import type { StreamId } from '@hausrecht/crypto/ids'
import { leafStart } from '@hausrecht/keytree/leaf'
import type { CameraView, DeviceView, HouseholdView, WitnessView } from './api.ts'
import type { Session } from './session.ts'

/** The household as the pages show it, from what is verified here; null before the log was read for the first time. */
export function householdView(session: Session, witnesses: readonly string[]): HouseholdView | null {
  const { device, names, hubView } = session
  const { chain } = device
  const state = chain.known
  if (state === null) return null
  const own = activeDevice(state, device.id)
  return {
    id: device.household,
    name: names?.household ?? '',
    self: device.id,
    admin: own?.roles.includes('admin') ?? false,
    devices: [...state.devices.values()].map(
      (other): DeviceView => ({
        id: other.id,
        name: names?.devices.get(other.id) ?? other.id.slice(0, 6),
        roles: other.roles,
        addedAt: other.addedAt,
        removedAt: other.removedAt,
        self: other.id === device.id,
        online: session.online.has(other.id),
        from: leafStart(other.entitlement.from),
      }),
    ),
    pending: session.pending,
    cameras: inOrder(
      (names?.cameras ?? []).map(
        (camera): CameraView => ({
          id: camera.video,
          name: camera.name,
          audio: camera.audio,
          sub: camera.sub,
          addedAt: camera.addedAt,
          stoppedAt: camera.stoppedAt,
          ...keptOf(session, state, camera.video),
          live: hubView?.cameras.get(camera.video) ?? null,
        }),
      ),
      hubView?.order ?? [],
    ),
    hub: {
      id: session.hubId,
      state: session.hub.here ? 'here' : 'away',
      since: session.hub.since,
      // Names come right behind the keys: until then there is nothing to show.
      keys: session.hasKeys && names !== null ? 'held' : 'waiting',
    },
    vault: { state: session.vault.here ? 'here' : 'away', since: session.vault.since },
    log: {
      size: chain.view.size,
      checkedAt: session.checkedAt,
      witnesses: witnesses.map(
        (name): WitnessView => ({ name, cosignedAt: chain.view.cosigned.get(name) ?? null, own: isOwn(name) }),
      ),
    },
    alarms: session.alarms.list(device.clock.now()),
  }
}

function keptOf({ device }: Session, state: HouseholdState, video: StreamId): Pick<CameraView, 'days' | 'endedBefore'> {
  const first = firstKept(state, video, householdNow(device))
  return { days: ruleFor(state, video)?.days ?? null, endedBefore: first === 0 ? null : leafStart(first) }
}

/** The witness that the household's own installation runs: it is not independent, and the page says so. */
const isOwn = (name: string): boolean => name.endsWith('.localhost')

/** As people ordered them; those without a place come last, oldest first. */
function inOrder(cameras: readonly CameraView[], order: readonly StreamId[]): readonly CameraView[] {
  const place = new Map(order.map((id, i) => [id, i]))
  const at = (camera: CameraView): number => place.get(camera.id) ?? order.length
  return cameras.toSorted((a, b) => at(a) - at(b) || a.addedAt - b.addedAt)
}
