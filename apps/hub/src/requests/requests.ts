import { activeDevice, hasRole } from '@hausrecht/chain/rights'
import { type Answerer, type ChannelMap, ChannelRefusal, type ChannelValue } from '@hausrecht/client/channel/messages'
import type { OpenDevice } from '@hausrecht/client/device'
import { addCamera, stopStream } from '@hausrecht/client/household'
import { Mutex } from '@hausrecht/client/mutex'
import { readNames } from '@hausrecht/client/names'
import { owesSince } from '@hausrecht/client/receipts'
import { renameCamera } from '@hausrecht/client/rename'
import { KEYS_METHOD, keysFor, LEASE_METHOD } from '@hausrecht/client/session-keys'
import type { DeviceId, StreamId } from '@hausrecht/crypto/ids'
import type { Probe } from '@hausrecht/rtsp/probe'
import { CAMERAS_MAX, type CameraEntry, readCameras, writeCameras } from '../cameras.ts'
import { type LookAt, Looks } from './look.ts'
import { addressIn, camerasIn, keepLogin, loginOf, nameIn, streamIn, withLogin } from './params.ts'
import { type ViewSources, viewFor } from './view.ts'

export type RequestsOptions = {
  readonly home: string
  readonly device: OpenDevice
  readonly view: () => ViewSources
  /** The list of cameras was written. */
  readonly onCameras: () => Promise<void>
  readonly lookAt?: LookAt
}

type Answer = (from: DeviceId, params: ChannelMap) => Promise<ChannelValue>

/**
 * What other devices of the household may ask of this hub, over their channels. Keys and status: every device, as far as the chain
 * entitles it. Cameras: admins. docs/hub.md §Requests
 */
export class Requests {
  readonly #options: RequestsOptions
  readonly #looks: Looks
  readonly #mutex = new Mutex()
  /** When each device was last answered about keys, by a clock that nobody can set. */
  readonly #heard = new Map<DeviceId, number>()
  readonly #began = performance.now()
  readonly #methods: ReadonlyMap<string, Answer>

  constructor(options: RequestsOptions) {
    this.#options = options
    this.#looks = new Looks(options.device.clock, options.lookAt)
    const forAdmins =
      (answer: (params: ChannelMap) => Promise<ChannelValue>): Answer =>
      async (from, params) => {
        if (!hasRole(options.device.chain.state, from, 'admin')) throw new ChannelRefusal('not_allowed')
        return answer(params)
      }
    // One after the other: each reads the list, and writes it as a whole.
    const change = (answer: (params: ChannelMap) => Promise<ChannelValue>): Answer =>
      forAdmins(params => this.#mutex.run(() => answer(params)))
    this.#methods = new Map<string, Answer>([
      [
        KEYS_METHOD,
        from => {
          this.#lend(from)
          return keysFor(options.device, from)
        },
      ],
      [
        LEASE_METHOD,
        async from => {
          this.#lend(from)
          return null
        },
      ],
      ['status', async from => this.status(from)],
      ['cameras.probe', forAdmins(params => this.#probe(params))],
      ['cameras.add', change(params => this.#add(params))],
      ['cameras.edit', change(params => this.#edit(params))],
      ['cameras.rename', change(params => this.#rename(params))],
      ['cameras.remove', change(params => this.#remove(params))],
      ['cameras.order', change(params => this.#order(params))],
    ])
  }

  readonly answer: Answerer = async (from, method, params) => {
    const answer = this.#methods.get(method)
    if (answer === undefined) throw new ChannelRefusal('bad_argument', 'method')
    return answer(from, params)
  }

  /** ms since this device was last lent keys, as far as this hub can know: before it started it may have been at any time. */
  quietMs(device: DeviceId): number {
    return performance.now() - (this.#heard.get(device) ?? this.#began)
  }

  /** Keys are lent to members, and not to one from whom an order is kept: its lease has to run out. @throws ChannelRefusal */
  #lend(to: DeviceId): void {
    const { device } = this.#options
    const { state } = device.chain
    if (activeDevice(state, to) === null) throw new ChannelRefusal('not_member')
    if (owesSince(state, to, device.clock.now() - state.lease * 60_000)) throw new ChannelRefusal('receipt_owed')
    this.#heard.set(to, performance.now())
  }

  /** What this device may know of the hub; null for nothing. */
  status(from: DeviceId): ChannelMap | null {
    const { device, view } = this.#options
    return viewFor(view(), device.chain.state, from, device.clock.now())
  }

  /** Takes over names that an admin gave elsewhere, in the chain. Asks the vault for what it does not know yet. */
  followNames(): Promise<void> {
    return this.#mutex.run(async () => {
      const { home, device } = this.#options
      const named = new Map((await readNames(device)).cameras.map(({ video, name }) => [video, name]))
      const entries = await readCameras(home)
      const taken = new Set(entries.map(({ name }) => name))
      const renamed = entries.map(entry => {
        const name = named.get(entry.video) ?? entry.name
        // The list has each name once; the chain does not mind.
        if (taken.has(name)) return entry
        taken.add(name)
        return { ...entry, name }
      })
      if (renamed.some((entry, i) => entry !== entries[i])) await this.#write(renamed)
    })
  }

  async #probe(params: ChannelMap): Promise<ChannelValue> {
    const known = params.id === undefined ? undefined : (await this.#find(streamIn(params.id))).entry
    const { probe, picture } = await this.#looks.look(withLogin(keepLogin(addressIn(params.url), known)))
    return { ...told(probe), picture }
  }

  async #add(params: ChannelMap): Promise<ChannelValue> {
    const { home, device } = this.#options
    const name = nameIn(params)
    const login = loginOf(addressIn(params.url))
    const subUrl = typeof params.subUrl === 'string' ? addressIn(params.subUrl).plain : null
    const entries = await readCameras(home)
    if (entries.length >= CAMERAS_MAX) throw new ChannelRefusal('too_many_cameras')
    checkFree(entries, name)
    const { audio: sound } = await this.#looks.known(withLogin(login))
    const { video, audio, sub } = await addCamera(device, { name, sound: sound !== null, sub: subUrl !== null })
    const entry: CameraEntry = {
      name,
      ...login,
      video,
      ...(audio === null ? {} : { audio }),
      ...(sub === null || subUrl === null ? {} : { sub, subUrl }),
    }
    await this.#write([...(await readCameras(home)), entry])
    return { id: video }
  }

  async #edit(params: ChannelMap): Promise<ChannelValue> {
    const { entry, entries } = await this.#find(streamIn(params.id))
    const { user: _, password: __, ...rest } = entry
    const changed = { ...rest, ...keepLogin(addressIn(params.url), entry) }
    await this.#write(entries.map(other => (other === entry ? changed : other)))
    return null
  }

  async #rename(params: ChannelMap): Promise<ChannelValue> {
    const { entry, entries } = await this.#find(streamIn(params.id))
    const name = nameIn(params)
    if (name === entry.name) return null
    checkFree(entries, name)
    await renameCamera(this.#options.device, entry.video, name)
    await this.#write(entries.map(other => (other === entry ? { ...entry, name } : other)))
    return null
  }

  /** The hub stops first, then the chain says so. What was recorded stays. */
  async #remove(params: ChannelMap): Promise<ChannelValue> {
    const { home, device } = this.#options
    const id = streamIn(params.id)
    const { streams } = device.chain.state
    const own = [...streams.values()].filter(
      ({ id: stream, pair, recorder }) => recorder === device.id && (stream === id || pair === id),
    )
    if (own.length === 0 || streams.get(id)?.kind !== 'video') throw new ChannelRefusal('not_found')
    const entries = await readCameras(home)
    if (entries.some(({ video }) => video === id)) await this.#write(entries.filter(({ video }) => video !== id))
    for (const { id: stream, stoppedAt } of own) if (stoppedAt === null) await stopStream(device, stream)
    return null
  }

  /** Those that are not named keep their order, after the others. */
  async #order(params: ChannelMap): Promise<ChannelValue> {
    const ids = camerasIn(params)
    const entries = await readCameras(this.#options.home)
    const place = ({ video }: CameraEntry): number => (ids.includes(video) ? ids.indexOf(video) : ids.length)
    await this.#write(entries.toSorted((a, b) => place(a) - place(b)))
    return null
  }

  async #find(id: StreamId): Promise<{ readonly entry: CameraEntry; readonly entries: readonly CameraEntry[] }> {
    const entries = await readCameras(this.#options.home)
    const entry = entries.find(({ video }) => video === id)
    if (entry === undefined) throw new ChannelRefusal('not_found')
    return { entry, entries }
  }

  async #write(entries: readonly CameraEntry[]): Promise<void> {
    await writeCameras(this.#options.home, entries)
    await this.#options.onCameras()
  }
}

function checkFree(entries: readonly CameraEntry[], name: string): void {
  if (entries.some(entry => entry.name === name)) throw new ChannelRefusal('name_taken')
}

const told = ({ transport, video, audio, unsupportedAudio, subStreams }: Probe): ChannelMap => ({
  transport,
  video: { ...video },
  audio: audio === null ? null : { ...audio },
  unsupportedAudio,
  subStreams,
})
