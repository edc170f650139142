import type { EngineState, HouseholdView } from '../engine/api.ts'
import { cameras, HOUR, household, MINUTE, NEWCOMER, pending } from './house.ts'

const ready = (view: HouseholdView): EngineState => ({ phase: 'ready', household: view })

/** States to look at, chosen by `?scene=` in the address. */
export const SCENES = {
  home: now => ready(household(now)),
  one: now => ready({ ...household(now), cameras: cameras(1, now) }),
  three: now => ready({ ...household(now), cameras: cameras(3, now) }),
  many: now => ready({ ...household(now), cameras: cameras(16, now) }),
  empty: now => {
    const house = household(now)
    return ready({
      ...house,
      cameras: [],
      devices: house.devices.filter(device => device.self || device.roles.includes('recorder')),
    })
  },
  away: now => {
    const house = household(now)
    const devices = house.devices.map(device =>
      device.roles.includes('recorder') ? { ...device, online: false } : device,
    )
    return ready({
      ...house,
      devices,
      cameras: house.cameras.map(camera => ({ ...camera, live: null })),
      hub: { ...house.hub, state: 'away', since: now - 18 * MINUTE, keys: 'waiting' },
    })
  },
  keys: now => {
    const house = household(now)
    return ready({ ...house, hub: { ...house.hub, since: now - 20_000, keys: 'waiting' } })
  },
  offline: now => {
    const house = household(now)
    return ready({
      ...house,
      vault: { state: 'away', since: now - 6 * MINUTE },
      hub: { ...house.hub, state: 'away', since: now - 6 * MINUTE },
    })
  },
  waits: now => ready({ ...household(now), pending: [pending(now)] }),
  alarm: now => ready({ ...household(now), alarms: [{ code: 'damaged_chunk', detail: null, at: now - 4 * MINUTE }] }),
  forked: now => ready({ ...household(now), alarms: [{ code: 'log_forked', detail: null, at: now - HOUR }] }),
  trouble: now => {
    const house = household(now)
    return ready({
      ...house,
      cameras: house.cameras.map((camera, i) =>
        camera.live === null || i > 1
          ? camera
          : {
              ...camera,
              live: {
                ...camera.live,
                state: i === 0 ? 'trouble' : 'connecting',
                problem: i === 0 ? 'wrong_password' : null,
              },
            },
      ),
    })
  },
  guest: now => ready({ ...household(now), admin: false }),
  new: () => ({ phase: 'new' }),
  pending: () => ({ phase: 'pending', device: NEWCOMER, digits: null, hub: false, confirmed: false }),
  digits: () => ({ phase: 'pending', device: NEWCOMER, digits: '402917', hub: false, confirmed: false }),
  removed: () => ({ phase: 'stopped', code: 'removed', detail: null }),
  stopped: () => ({ phase: 'stopped', code: 'log_forked', detail: null }),
  starting: () => ({ phase: 'starting' }),
} satisfies Record<string, (now: number) => EngineState>

export type Scene = keyof typeof SCENES
const isScene = (text: string): text is Scene => text in SCENES

/** The scene of the address, remembered while the tab is open. */
export function sceneOfAddress(): Scene {
  const asked = new URLSearchParams(location.search).get('scene') ?? sessionStorage.getItem('scene') ?? 'home'
  const scene = isScene(asked) ? asked : 'home'
  sessionStorage.setItem('scene', scene)
  return scene
}
