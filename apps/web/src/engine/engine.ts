import { Accesses } from '@hausrecht/client/accesses'
import { type Comparison, compareWith } from '@hausrecht/client/approve'
import type { ChannelMap, ChannelValue } from '@hausrecht/client/channel/messages'
import { isMap } from '@hausrecht/client/channel/values'
import { claimHousehold } from '@hausrecht/client/claim'
import { deleteRange } from '@hausrecht/client/delete'
import { openDevice, type Surroundings } from '@hausrecht/client/device'
import { homeExists, openHome, trustOf } from '@hausrecht/client/home'
import { removeDevice } from '@hausrecht/client/household'
import { type JoinSteps, joinHousehold } from '@hausrecht/client/join'
import { readKeyFrame } from '@hausrecht/client/key-frame'
import type { OpenDevice } from '@hausrecht/client/open-device'
import { submit } from '@hausrecht/client/submit'
import type { BrowserStore } from '@hausrecht/client/web/browser-store'
import type { ObjectRow } from '@hausrecht/contract/schemas'
import { type DeviceId, parseDeviceId, parseStreamId } from '@hausrecht/crypto/ids'
import { leafOf, leafStart, nextLeaf } from '@hausrecht/keytree/leaf'
import { Retimer } from '@hausrecht/media/mp4/retime'
import type {
  AccessView,
  CameraId,
  CameraView,
  DeletionView,
  Engine,
  EngineState,
  ExportResult,
  Feed,
  FeedEvent,
  FeedOptions,
  Listener,
  MediaPart,
  ProbeResult,
  Progress,
  Span,
  UsageView,
} from './api.ts'
import { EngineError, toEngineError } from './errors.ts'
import { exportRange } from './export.ts'
import { play, watch } from './feeds.ts'
import { toPart } from './parts.ts'
import { Passkeys } from './passkeys.ts'
import { readProbe } from './probe.ts'
import { Session } from './session.ts'
import { type GapCache, readSpans } from './spans.ts'
import { householdView } from './view.ts'

const HOUR_MS = 3_600_000
/** A probe waits for a camera, ms. */
const PROBE_TIMEOUT_MS = 45_000
/** Rows of the vault's index around a moment that previews keep, ms on each side. */
const ROWS_MS = 60_000
const ROWS_KEPT = 256
/** What was so young when the index was read may have come since, ms. */
const SETTLED_MS = 30_000
type Listed = { readonly readAt: number; readonly rows: Promise<readonly ObjectRow[]> }

/** Looking about in a day is one line in the log for each of its four quarters. */
function quarterDay({ lo, hi }: { readonly lo: number; readonly hi: number }): { lo: number; hi: number } {
  const quarter = 6 * HOUR_MS
  const from = Math.floor(leafStart(lo) / quarter) * quarter
  const to = (Math.floor(leafStart(hi) / quarter) + 1) * quarter
  return { lo: Math.min(lo, leafOf(from)), hi: Math.max(hi, leafOf(to - 1)) }
}

/** The engine: all that the app does, behind `Engine`. It runs in a worker; the page asks it over messages. */
export class HomeEngine implements Engine {
  readonly #store: BrowserStore
  readonly #around: Surroundings
  readonly #origin: string
  readonly #listeners = new Set<Listener<EngineState>>()
  readonly #passkeys: Passkeys
  readonly #gaps: GapCache = new Map()
  readonly #rows = new Map<string, Listed>()
  #state: EngineState = { phase: 'starting' }
  #session: Session | null = null
  #accesses: Accesses | null = null
  #witnesses: readonly string[] = []
  #comparison: Comparison | null = null
  #joining: AbortController | null = null
  #confirm: (() => void) | null = null
  #exporting: AbortController | null = null
  #telling = false

  constructor(store: BrowserStore, around: Surroundings, origin: string) {
    this.#store = store
    this.#around = { ...around, keepAccesses: true }
    this.#origin = origin
    this.#passkeys = new Passkeys(store, around, origin)
  }

  /** Opens the device that this browser is, if it is one. */
  async start(): Promise<void> {
    try {
      if (await homeExists(this.#store)) await this.#open()
      else this.#tell({ phase: 'new' })
    } catch (error) {
      const { code, detail } = toEngineError(error)
      this.#tell({ phase: 'stopped', code, detail })
    }
  }

  async onState(listener: Listener<EngineState>): Promise<void> {
    this.#listeners.add(listener)
    listener(this.#state)
  }

  async claim(link: string, names: { readonly household: string; readonly device: string }): Promise<void> {
    const device = await this.#join(true, steps => {
      const confirmed = Promise.withResolvers<void>()
      this.#confirm = confirmed.resolve
      const confirm = (): Promise<void> => confirmed.promise
      // The vault is where this page comes from: nothing else may be spoken to (Content-Security-Policy).
      const here = link.includes('#') ? `${this.#origin}/${link.slice(link.indexOf('#'))}` : link
      return claimHousehold(this.#store, { link: here, name: names.device, page: this.#origin }, this.#around, {
        ...steps,
        confirm,
      })
    })
    await this.#begin(device)
    // The name is sealed under keys that the hub gives first; until then the one it has stands.
    void this.#whenKeys()
      .then(() => this.rename({ household: names.household }))
      .catch(() => undefined)
  }

  async confirmDigits(): Promise<void> {
    this.#confirm?.()
    if (this.#state.phase === 'pending') this.#tell({ ...this.#state, confirmed: true })
  }

  async join(name: string): Promise<void> {
    const { invite, session } = this.#passkeys.invitation()
    const device = await this.#join(false, steps =>
      joinHousehold(this.#store, { invite, name, browser: true, session }, this.#around, steps),
    )
    await this.#begin(device)
  }

  async cancelJoin(): Promise<void> {
    this.#joining?.abort(new EngineError('cancelled'))
  }

  async leave(): Promise<void> {
    const session = this.#session
    this.#session = null
    await session?.close()
    await this.#store.clear()
    this.#tell({ phase: 'new' })
  }

  passkeyRegistrationOptions(name: string): Promise<unknown> {
    const { device, names } = this.#withKeys()
    return this.#passkeys.registrationOptions(device, names?.household ?? name, name)
  }

  passkeyRegister(response: unknown): Promise<void> {
    return this.#passkeys.register(this.#ready().device, response)
  }

  passkeyOptions(): Promise<unknown> {
    return this.#passkeys.signInOptions()
  }

  passkeySignIn(response: unknown): Promise<boolean> {
    return this.#passkeys.signIn(response)
  }

  passkeys(): ReturnType<Engine['passkeys']> {
    return this.#passkeys.list(this.#ready().device)
  }

  passkeyRemove(id: string): Promise<void> {
    return this.#passkeys.remove(this.#ready().device, id)
  }

  async compare(device: DeviceId): Promise<string> {
    await this.#comparison?.refuse().catch(() => undefined)
    this.#comparison = null
    const comparison = await compareWith(this.#ready().device, device)
    this.#comparison = comparison
    return comparison.digits
  }

  async approve(
    device: DeviceId,
    admission: { readonly name: string; readonly admin: boolean; readonly from: number },
  ): Promise<void> {
    const comparison = this.#comparison
    if (comparison?.device !== device) throw new EngineError('not_found', 'comparison')
    const { name, admin, from } = admission
    await comparison.approve({ name, roles: admin ? ['admin', 'session'] : ['session'], from, streams: 'all' })
    this.#comparison = null
    this.#session?.look()
    await this.#session?.lookAtPending()
  }

  async refuse(device: DeviceId): Promise<void> {
    if (this.#comparison?.device === device) await this.#comparison.refuse()
    else await this.#ready().device.vault.cancelPending(device)
    this.#comparison = null
    await this.#session?.lookAtPending()
  }

  async removeDevice(device: DeviceId): Promise<void> {
    await removeDevice(this.#ready().device, device)
    this.#session?.look()
  }

  async rename(
    what: { readonly household: string } | { readonly camera: CameraId; readonly name: string },
  ): Promise<void> {
    const session = this.#ready()
    const payload: Record<string, string> =
      'household' in what ? { household: what.household } : { [`name:${what.camera}`]: what.name }
    await submit(session.device, () => ({
      statement: { type: 'policy', deleters: session.device.chain.state.deleters },
      payload,
    }))
    await session.readNames()
  }

  async probeCamera(url: string): Promise<ProbeResult> {
    return readProbe(await this.#ask('cameras.probe', { url }, PROBE_TIMEOUT_MS))
  }

  async addCamera(camera: {
    readonly url: string
    readonly subUrl: string | null
    readonly name: string
  }): Promise<CameraId> {
    const answer = await this.#ask('cameras.add', camera, PROBE_TIMEOUT_MS)
    const id = isMap(answer) && typeof answer.id === 'string' ? parseStreamId(answer.id) : null
    if (id === null) throw new EngineError('bad_channel', 'camera')
    await this.#settled(id)
    return id
  }

  async editCamera(id: CameraId, url: string): Promise<void> {
    await this.#ask('cameras.edit', { id, url }, PROBE_TIMEOUT_MS)
  }

  async removeCamera(id: CameraId): Promise<void> {
    await this.#ask('cameras.remove', { id })
    this.#session?.look()
  }

  async reorderCameras(order: readonly CameraId[]): Promise<void> {
    await this.#ask('cameras.order', { ids: [...order] })
  }

  spans(
    camera: CameraId,
    range: { readonly from: number; readonly to: number; readonly step: number },
  ): Promise<readonly Span[]> {
    const { device } = this.#withKeys()
    return this.#guard(readSpans(device, this.#shared(), this.#gaps, camera, range))
  }

  async play(
    options: FeedOptions & { readonly from: number; readonly to: number },
    listener: Listener<FeedEvent>,
  ): Promise<Feed> {
    return play(this.#withKeys(), this.#shared(), this.#camera(options.camera), options, listener)
  }

  async watch(options: FeedOptions, listener: Listener<FeedEvent>): Promise<Feed> {
    return watch(this.#withKeys(), this.#camera(options.camera), options, listener)
  }

  async keyFrame(id: CameraId, at: number): Promise<MediaPart | null> {
    const { device } = this.#withKeys()
    const stream = this.#camera(id).sub ?? id
    const rows = await this.#rowsAround(device, stream, at)
    const frame = await this.#guard(readKeyFrame(device, stream, at, rows, this.#shared()))
    return frame === null ? null : toPart('video', frame, new Retimer(frame.startTime - HOUR_MS))
  }

  async deleteRange(cameras: readonly CameraId[], from: number, to: number): Promise<DeletionView> {
    const { device } = this.#ready()
    const streams = cameras.map(id => this.#camera(id)).flatMap(({ id, audio, sub }) => [id, audio, sub])
    const deletion = await this.#guard(
      deleteRange(device, { streams: streams.filter(stream => stream !== null), from, to }),
    )
    this.#rows.clear()
    this.#changed()
    const { order, at, ranges } = deletion
    return { order, at, by: device.id, ranges: ranges.map(timesOf) }
  }

  async deletions(): Promise<readonly DeletionView[]> {
    const { orders } = this.#ready().device.chain.state
    return orders
      .map(({ id, time, by, ranges }) => ({ order: id, at: time, by, ranges: ranges.map(timesOf) }))
      .toReversed()
  }

  async exportRange(camera: CameraId, from: number, to: number, progress: Listener<Progress>): Promise<ExportResult> {
    const session = this.#withKeys()
    this.#exporting?.abort(new EngineError('cancelled'))
    const exporting = new AbortController()
    this.#exporting = exporting
    return this.#guard(exportRange(session, this.#camera(camera), { from, to }, progress, exporting.signal))
  }

  async cancelExport(): Promise<void> {
    this.#exporting?.abort(new EngineError('cancelled'))
  }

  async accesses({
    before,
    limit,
  }: {
    readonly before: number | null
    readonly limit: number
  }): Promise<readonly AccessView[]> {
    const { chain } = this.#ready().device
    const found = await chain.accesses(before, limit)
    return found.map(({ access, index }) => ({
      index,
      at: access.time,
      reader: access.reader,
      stream: access.stream,
      from: leafStart(access.lo),
      to: leafStart(nextLeaf(access.hi)),
      purpose: access.purpose,
      proven: index < chain.view.size,
    }))
  }

  async usage(): Promise<UsageView> {
    const session = this.#ready()
    const { bytes, objects, quotaBytes, logSize } = await session.device.vault.usage()
    return { bytes, objects, quotaBytes, logSize, spool: session.hubView?.spool ?? null }
  }

  async #open(): Promise<void> {
    const home = await openHome(this.#store)
    const facts = { ...home.facts, vault: this.#origin }
    await this.#begin(await openDevice({ ...home, facts }, this.#around))
  }

  async #begin(opened: OpenDevice): Promise<void> {
    const { facts } = await openHome(this.#store)
    this.#witnesses = trustOf(facts).witnesses.map(({ name }) => name)
    this.#accesses = new Accesses(opened, quarterDay)
    this.#session = new Session(
      opened,
      () => this.#changed(),
      (code, detail) => {
        void this.#session?.close()
        this.#session = null
        this.#tell({ phase: 'stopped', code, detail })
      },
    )
    this.#changed()
  }

  async #join(hub: boolean, ask: (steps: JoinSteps) => Promise<OpenDevice>): Promise<OpenDevice> {
    const joining = new AbortController()
    this.#joining = joining
    let device: DeviceId | null = null
    try {
      return await ask({
        signal: joining.signal,
        onWaiting: id => {
          device = parseDeviceId(id)
          this.#tell({ phase: 'pending', device, digits: null, hub, confirmed: false })
        },
        onDigits: digits => {
          if (device !== null) this.#tell({ phase: 'pending', device, digits, hub, confirmed: false })
        },
      })
    } catch (error) {
      this.#tell({ phase: 'new' })
      throw error
    } finally {
      this.#joining = null
      this.#confirm = null
    }
  }

  #ready(): Session {
    if (this.#session === null) throw new EngineError('not_ready')
    return this.#session
  }

  #withKeys(): Session {
    const session = this.#ready()
    if (!session.hasKeys) throw new EngineError('no_keys')
    return session
  }

  #shared(): Accesses {
    if (this.#accesses === null) throw new EngineError('not_ready')
    return this.#accesses
  }

  #camera(id: CameraId): CameraView {
    const view = this.#state.phase === 'ready' ? this.#state.household : null
    const camera = view?.cameras.find(other => other.id === id)
    if (camera === undefined) throw new EngineError('not_found', 'camera')
    return camera
  }

  #ask(method: string, params: ChannelMap, timeoutMs?: number): Promise<ChannelValue> {
    return this.#ready().channel().request(method, params, timeoutMs)
  }

  /** Resolves when the keys are here. */
  async #whenKeys(): Promise<void> {
    if (this.#session?.hasKeys) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const look: Listener<EngineState> = state => {
      if (state.phase === 'ready' && state.household.hub.keys === 'held') resolve()
    }
    this.#listeners.add(look)
    await promise
    this.#listeners.delete(look)
  }

  /** A new camera is in the verified log and its keys are here. */
  async #settled(id: CameraId): Promise<void> {
    const known = (): boolean =>
      this.#state.phase === 'ready' && this.#state.household.cameras.some(other => other.id === id)
    this.#session?.look()
    if (known()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = (): void => {
      if (known()) resolve()
    }
    this.#listeners.add(look)
    await promise
    this.#listeners.delete(look)
  }

  #rowsAround(device: OpenDevice, stream: CameraId, at: number): Promise<readonly ObjectRow[]> {
    const tile = Math.floor(at / ROWS_MS)
    const key = `${stream} ${tile}`
    const known = this.#rows.get(key)
    if (known !== undefined && at < known.readAt - SETTLED_MS) return known.rows
    const readAt = device.clock.now()
    const range = { lo: leafOf((tile - 0.5) * ROWS_MS), hi: leafOf((tile + 1) * ROWS_MS) }
    const rows = device.vault.listObjects({ stream, ...range }, null).then(page => page.objects)
    this.#rows.set(key, { readAt, rows })
    rows.catch(() => this.#rows.delete(key))
    const [oldest] = this.#rows.keys()
    if (this.#rows.size > ROWS_KEPT && oldest !== undefined) this.#rows.delete(oldest)
    return rows
  }

  async #guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      this.#session?.judge(error)
      throw error
    }
  }

  /** At most once in a turn of the event loop. */
  #changed(): void {
    if (this.#telling) return
    this.#telling = true
    queueMicrotask(() => {
      this.#telling = false
      if (this.#session === null) return
      const household = householdView(this.#session, this.#witnesses)
      if (household !== null) this.#tell({ phase: 'ready', household })
    })
  }

  #tell(state: EngineState): void {
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }
}

const timesOf = ({
  stream,
  lo,
  hi,
}: {
  readonly stream: CameraId | null
  readonly lo: number
  readonly hi: number
}) => ({
  stream,
  from: leafStart(lo),
  to: leafStart(nextLeaf(hi)),
})
