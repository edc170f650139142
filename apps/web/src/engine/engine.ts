import { findOrder, settlement } from '@hausrecht/chain/settlement'
import { Accesses } from '@hausrecht/client/accesses'
import type { ChannelMap, ChannelValue } from '@hausrecht/client/channel/messages'
import { isMap } from '@hausrecht/client/channel/values'
import { deleteRange } from '@hausrecht/client/delete'
import { deletionOf } from '@hausrecht/client/deletions'
import { openDevice, type Surroundings } from '@hausrecht/client/device'
import { homeExists, openHome, trustOf } from '@hausrecht/client/home'
import { removeDevice } from '@hausrecht/client/household'
import { pause } from '@hausrecht/client/http-call'
import type { OpenDevice } from '@hausrecht/client/open-device'
import { makeReceiptFile } from '@hausrecht/client/receipt-file'
import { rulesWith, setRetention } from '@hausrecht/client/retention-rules'
import { submit } from '@hausrecht/client/submit'
import type { BrowserStore } from '@hausrecht/client/web/browser-store'
import { type DeviceId, type OrderId, parseStreamId } from '@hausrecht/crypto/ids'
import { leafOf, leafStart, nextLeaf } from '@hausrecht/keytree/leaf'
import { Admission, type Admitted } from './admission.ts'
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
  HouseholdView,
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
import { Joining } from './joining.ts'
import { Passkeys } from './passkeys.ts'
import { Previews } from './previews.ts'
import { readProbe } from './probe.ts'
import { Session } from './session.ts'
import { type GapCache, readSpans, WITHHELD } from './spans.ts'
import { householdView } from './view.ts'

const HOUR_MS = 3_600_000
/** A probe waits for a camera, ms. */
const PROBE_TIMEOUT_MS = 45_000
/** Who plays up to now asks a little ahead: not each segment is a line of its own. ms */
const AHEAD_MS = 20_000

/** Looking about in a day is one line in the log for each of its four quarters; what is yet to come is not asked for. */
function quarterDay({ lo, hi }: { readonly lo: number; readonly hi: number }, now: number): { lo: number; hi: number } {
  const quarter = 6 * HOUR_MS
  const from = Math.floor(leafStart(lo) / quarter) * quarter
  const to = Math.min(now + AHEAD_MS, (Math.floor(leafStart(hi) / quarter) + 1) * quarter - 1)
  return { lo: Math.min(lo, leafOf(from)), hi: Math.max(hi, leafOf(to)) }
}

/** A hub that is here hands over its keys in this time, ms. */
const KEYS_PATIENCE_MS = 10_000

/** The engine: all that the app does, behind `Engine`. It runs in a worker; the page asks it over messages. */
export class HomeEngine implements Engine {
  readonly #store: BrowserStore
  readonly #around: Surroundings
  readonly #origin: string
  readonly #listeners = new Set<Listener<EngineState>>()
  readonly #passkeys: Passkeys
  readonly #gaps: GapCache = new Map()
  readonly #previews = new Previews()
  #state: EngineState = { phase: 'starting' }
  #session: Session | null = null
  #accesses: Accesses | null = null
  #witnesses: readonly string[] = []
  readonly #joining: Joining
  readonly #admission = new Admission()
  #exporting: AbortController | null = null
  #telling = false

  constructor(store: BrowserStore, around: Surroundings, origin: string) {
    this.#store = store
    this.#around = { ...around, keepAccesses: true }
    this.#origin = origin
    this.#passkeys = new Passkeys(store, around, origin)
    this.#joining = new Joining(store, this.#around, origin, this.#passkeys, state => this.#tell(state))
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
    await this.#begin(await this.#joining.claim(link, names.device))
    // The name is sealed under keys that the hub gives first; until then the one it has stands.
    void this.#until(({ hub }) => hub.keys === 'held')
      .then(() => this.rename({ household: names.household }))
      .catch(() => undefined)
  }

  async confirmDigits(): Promise<void> {
    this.#joining.confirm()
    if (this.#state.phase === 'pending') this.#tell({ ...this.#state, confirmed: true })
  }

  async join(name: string): Promise<void> {
    await this.#begin(await this.#joining.join(name))
  }

  async cancelJoin(): Promise<void> {
    this.#joining.cancel()
  }

  async leave(): Promise<void> {
    const session = this.#session
    this.#session = null
    await session?.close()
    await this.#store.clear()
    this.#tell({ phase: 'new' })
  }

  async passkeyRegistrationOptions(name: string): Promise<unknown> {
    // Who has just been let in may be faster than the hub hands over the keys.
    await Promise.race([this.#until(({ hub }) => hub.keys === 'held'), pause(KEYS_PATIENCE_MS)])
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

  compare(device: DeviceId): Promise<string> {
    return this.#admission.compare(this.#ready(), device)
  }

  approve(device: DeviceId, admission: Admitted): Promise<void> {
    return this.#admission.approve(this.#ready(), device, admission)
  }

  refuse(device: DeviceId): Promise<void> {
    return this.#admission.refuse(this.#ready(), device)
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
    this.#ready().look()
    await this.#until(({ cameras }) => cameras.some(camera => camera.id === id))
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
    const session = this.#withKeys()
    return this.#guard(readSpans(session.device, this.#shared(), this.#gaps, camera, range)).then(spans => {
      for (const span of spans)
        if (span.type === 'gap' && span.reason === WITHHELD) session.raise(`missing ${span.from}`, 'withheld')
      return spans
    })
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
    return this.#guard(this.#previews.keyFrame(device, this.#shared(), this.#camera(id), at))
  }

  async deleteRange(cameras: readonly CameraId[], from: number, to: number): Promise<DeletionView> {
    const { device } = this.#ready()
    const streams = cameras.map(id => this.#camera(id)).flatMap(({ id, audio, sub }) => [id, audio, sub])
    const deletion = await this.#guard(
      deleteRange(device, { streams: streams.filter(stream => stream !== null), from, to }),
    )
    this.#previews.forget()
    this.#changed()
    return this.#deletion(device, deletion.order)
  }

  async setRetention(id: CameraId | null, days: number | null): Promise<void> {
    const { device } = this.#ready()
    const camera = id === null ? null : this.#camera(id)
    const streams = camera === null ? null : [camera.id, camera.audio, camera.sub].filter(stream => stream !== null)
    await this.#guard(setRetention(device, rulesWith(device.chain.state.retention, streams, days)))
    this.#previews.forget()
    this.#session?.look()
    this.#changed()
  }

  async deletions(): Promise<readonly DeletionView[]> {
    const { device } = this.#ready()
    return device.chain.state.orders.map(({ id }) => this.#deletion(device, id)).toReversed()
  }

  async openedBefore(id: OrderId): Promise<readonly DeviceId[]> {
    const { device } = this.#ready()
    const found = findOrder(device.chain.state, id)
    if (found === null) throw new EngineError('not_found', 'order')
    return (await deletionOf(device, found.order)).readers
  }

  async receiptFile(id: OrderId): Promise<string> {
    const { device } = this.#ready()
    const { facts } = await openHome(this.#store)
    return this.#guard(makeReceiptFile(device, facts, id))
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
    this.#accesses = new Accesses(opened, range => quarterDay(range, opened.clock.now()))
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

  #deletion({ chain }: OpenDevice, id: OrderId): DeletionView {
    const { state } = chain
    const found = findOrder(state, id)
    if (found === null) throw new EngineError('not_found', 'order')
    const { time, by, ranges } = found.order
    const removal = chain.removals.get(id)?.removal
    return {
      order: id,
      at: time,
      by,
      ranges: ranges.map(timesOf),
      holders: settlement(state, id),
      complete: state.completed.has(id),
      removed: removal === undefined ? null : { at: removal.time, objects: removal.objects },
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

  /** Resolves when the state is as it is waited for. */
  async #until(good: (household: HouseholdView) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look: Listener<EngineState> = state => {
      if (state.phase === 'ready' && good(state.household)) resolve()
    }
    this.#listeners.add(look)
    look(this.#state)
    await promise
    this.#listeners.delete(look)
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
