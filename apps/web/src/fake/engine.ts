import type {
  AccessView,
  CameraView,
  DeletionView,
  Engine,
  EngineState,
  Feed,
  FeedEvent,
  HouseholdView,
  Listener,
} from '../engine/api.ts'
import { EngineError } from '../engine/errors.ts'
import { type Clip, PART_MS, partAt } from './footage.ts'
import { clipOf, HOUR, HUB, household, MARIA, MINUTE, SELF, spansOf, TABLET } from './house.ts'
import { SCENES, type Scene } from './scenes.ts'

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
type Shared = {
  readonly id: AccessView['stream']
  readonly purpose: string
  readonly ago: number
  readonly long: number
  readonly reader: AccessView['reader']
}

/** An engine without a household behind it: answers as the real one would, from a scene. */
export class FakeEngine implements Engine {
  #state: EngineState
  #listeners: Listener<EngineState>[] = []
  #deletions: DeletionView[] = []
  #passkeys = [
    { id: 'pk1', name: 'Kitchen laptop', createdAt: Date.now() - 40 * 24 * HOUR, lastUsedAt: Date.now() - 3 * HOUR },
  ]
  #cancelled = false
  #digits: ((confirmed: boolean) => void) | null = null

  constructor(scene: Scene) {
    this.#state = SCENES[scene](Date.now())
    setInterval(() => this.#beat(), 1000)
  }

  #set(state: EngineState): void {
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }

  #change(change: (view: HouseholdView) => HouseholdView): void {
    if (this.#state.phase === 'ready') this.#set({ phase: 'ready', household: change(this.#state.household) })
  }

  get #house(): HouseholdView {
    if (this.#state.phase !== 'ready') throw new EngineError('not_ready')
    return this.#state.household
  }

  #camera(id: string): CameraView {
    const found = this.#house.cameras.find(camera => camera.id === id)
    if (found === undefined) throw new EngineError('not_found', 'camera')
    return found
  }

  /** Something is sealed every two seconds. */
  #beat(): void {
    const now = Date.now()
    this.#change(view => ({
      ...view,
      cameras: view.cameras.map(camera =>
        camera.live?.state === 'recording' && now - (camera.live.sealedAt ?? 0) > PART_MS
          ? { ...camera, live: { ...camera.live, sealedAt: now - 150 } }
          : camera,
      ),
      log: { ...view.log, checkedAt: view.vault.state === 'here' ? now - (now % 5000) : view.log.checkedAt },
    }))
  }

  async onState(listener: Listener<EngineState>): Promise<void> {
    this.#listeners.push(listener)
    listener(this.#state)
  }

  async claim(link: string): Promise<void> {
    await wait(400)
    if (link.includes('used')) throw new EngineError('claim_refused')
    const pending = { phase: 'pending', device: SELF, hub: true } as const
    this.#set({ ...pending, digits: null, confirmed: false })
    await wait(900)
    this.#set({ ...pending, digits: '402917', confirmed: false })
    const confirmed = await new Promise<boolean>(resolve => {
      this.#digits = resolve
    })
    if (!confirmed) {
      this.#set({ phase: 'new' })
      throw new EngineError('cancelled')
    }
    this.#set({ ...pending, digits: '402917', confirmed: true })
    await wait(800)
    this.#set(SCENES.empty(Date.now()))
  }
  async confirmDigits(): Promise<void> {
    this.#digits?.(true)
  }
  async join(): Promise<void> {
    await wait(300)
    this.#set(SCENES.pending())
    await wait(4000)
    this.#set(SCENES.digits())
  }
  async cancelJoin(): Promise<void> {
    this.#digits?.(false)
    this.#set({ phase: 'new' })
  }
  async leave(): Promise<void> {
    this.#set({ phase: 'new' })
  }

  async passkeyRegistrationOptions(): Promise<unknown> {
    return null
  }
  async passkeyRegister(): Promise<void> {}
  async passkeyOptions(): Promise<unknown> {
    return null
  }
  async passkeySignIn(): Promise<boolean> {
    return true
  }
  async passkeys(): ReturnType<Engine['passkeys']> {
    await wait(80)
    return this.#passkeys
  }
  async passkeyRemove(id: string): Promise<void> {
    this.#passkeys = this.#passkeys.filter(key => key.id !== id)
  }

  async compare(): Promise<string> {
    await wait(1200)
    return '402917'
  }
  async approve(
    device: AccessView['reader'],
    { name, admin, from }: { name: string; admin: boolean; from: number },
  ): Promise<void> {
    await wait(800)
    this.#change(view => ({
      ...view,
      pending: view.pending.filter(one => one.id !== device),
      devices: [
        ...view.devices,
        {
          id: device,
          name,
          roles: admin ? ['admin', 'session'] : ['session'],
          addedAt: Date.now(),
          removedAt: null,
          self: false,
          online: true,
          from,
        },
      ],
    }))
  }
  async refuse(device: AccessView['reader']): Promise<void> {
    this.#change(view => ({ ...view, pending: view.pending.filter(one => one.id !== device) }))
  }
  async removeDevice(device: AccessView['reader']): Promise<void> {
    await wait(500)
    this.#change(view => ({
      ...view,
      devices: view.devices.map(one => (one.id === device ? { ...one, removedAt: Date.now(), online: false } : one)),
    }))
  }
  async rename(what: Parameters<Engine['rename']>[0]): Promise<void> {
    await wait(300)
    if ('household' in what) this.#change(view => ({ ...view, name: what.household }))
    else
      this.#change(view => ({
        ...view,
        cameras: view.cameras.map(one => (one.id === what.camera ? { ...one, name: what.name } : one)),
      }))
  }

  async probeCamera(url: string): ReturnType<Engine['probeCamera']> {
    await wait(1500)
    const refused = /\/\/(unreachable|wrong_password|not_found|not_rtsp|unsupported_codec|timeout)/.exec(url)?.[1]
    if (refused !== undefined) throw new EngineError(refused)
    const picture = await partAt('dusk', Date.now(), 0)
    return {
      video: { codec: 'H.264', width: 1920, height: 1080, fps: 25 },
      audio: { codec: 'AAC' },
      subStreams: [`${url.replace(/\/[^/]*$/, '')}/stream2`],
      picture,
    }
  }
  async addCamera({ name }: { readonly name: string }): ReturnType<Engine['addCamera']> {
    await wait(700)
    const [made] = household(Date.now()).cameras
    const id = `new${Date.now()}`
      .replaceAll(/\d/g, d => 'abcdefghij'[Number(d)] ?? 'a')
      .padEnd(26, 'a') as CameraView['id']
    if (made === undefined) throw new EngineError('internal')
    this.#change(view => ({ ...view, cameras: [...view.cameras, { ...made, id, name, addedAt: Date.now() }] }))
    return id
  }
  async editCamera(): Promise<void> {
    await wait(900)
  }
  async removeCamera(camera: CameraView['id']): Promise<void> {
    await wait(400)
    this.#change(view => ({
      ...view,
      cameras: view.cameras.map(one => (one.id === camera ? { ...one, stoppedAt: Date.now(), live: null } : one)),
    }))
  }
  async reorderCameras(order: readonly CameraView['id'][]): Promise<void> {
    this.#change(view => ({
      ...view,
      cameras: view.cameras.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id)),
    }))
  }

  async spans(
    camera: CameraView['id'],
    range: { readonly from: number; readonly to: number },
  ): ReturnType<Engine['spans']> {
    if (this.#house.hub.keys === 'waiting') throw new EngineError('no_keys')
    await wait(60)
    const first = this.#house.cameras[0]?.id === camera
    return spansOf(range, Date.now()).filter(span => first || span.type !== 'gap' || span.to - span.from < 10 * MINUTE)
  }
  async play(options: Parameters<Engine['play']>[0], listener: Listener<FeedEvent>): Promise<Feed> {
    return this.#feed(clipOf(this.#camera(options.camera)), options.origin, options.from, options.to, listener)
  }
  async watch(options: Parameters<Engine['watch']>[0], listener: Listener<FeedEvent>): Promise<Feed> {
    return this.#feed(
      clipOf(this.#camera(options.camera)),
      options.origin,
      Date.now() - PART_MS,
      Number.POSITIVE_INFINITY,
      listener,
    )
  }
  async #feed(clip: Clip, origin: number, from: number, to: number, listener: Listener<FeedEvent>): Promise<Feed> {
    const run = { going: true, wanted: 10_000 }
    const go = async (): Promise<void> => {
      const isLive = to === Number.POSITIVE_INFINITY
      let given = 0
      for (let at = from; run.going && at < to; at += PART_MS) {
        while (run.going && (isLive ? at + PART_MS - (at % PART_MS) > Date.now() : given > run.wanted)) await wait(100)
        if (run.going) listener({ type: 'part', part: await partAt(clip, at, origin) })
        given += PART_MS
      }
      if (run.going) listener({ type: 'end', problem: null })
    }
    void go()
    return {
      want: async ms => {
        run.wanted += ms
      },
      stop: async () => {
        run.going = false
      },
    }
  }
  async keyFrame(camera: CameraView['id'], at: number): ReturnType<Engine['keyFrame']> {
    await wait(40)
    const [span] = spansOf({ from: at - 1, to: at + 1 }, Date.now())
    return span?.type === 'recorded' ? partAt(clipOf(this.#camera(camera)), at, 0) : null
  }

  async deleteRange(cameras: readonly CameraView['id'][], from: number, to: number): ReturnType<Engine['deleteRange']> {
    await wait(900)
    const deletion = {
      order: 'order' as DeletionView['order'],
      at: Date.now(),
      by: SELF,
      ranges: cameras.map(stream => ({ stream, from, to })),
      holders: this.#holders(Date.now()),
      complete: false,
      removed: null,
    }
    this.#deletions.push(deletion)
    return deletion
  }
  /** This browser has erased, the others owe it. */
  #holders(at: number): DeletionView['holders'] {
    return this.#house.devices.map(({ id }) =>
      id === SELF ? { device: id, how: 'receipt', at, cell: 'ram' } : { device: id, how: 'owed', at: null, cell: null },
    )
  }
  async setRetention(camera: CameraView['id'] | null, days: number | null): Promise<void> {
    await wait(400)
    this.#change(view => ({
      ...view,
      cameras: view.cameras.map(one => (camera === null || camera === one.id ? { ...one, days } : one)),
    }))
  }
  async deletions(): ReturnType<Engine['deletions']> {
    const [first] = this.#house.cameras
    if (first === undefined) return []
    const now = Date.now()
    const old = {
      order: 'old' as DeletionView['order'],
      at: now - 2 * HOUR,
      by: MARIA,
      ranges: [{ stream: first.id, from: now - 6 * HOUR, to: now - 6 * HOUR + 29 * MINUTE }],
      holders: this.#holders(now - 2 * HOUR).map(holder => ({
        ...holder,
        how: 'receipt' as const,
        cell: 'file' as const,
        at: now - 2 * HOUR,
      })),
      complete: true,
      removed: { at: now - 2 * HOUR + 4000, objects: 870 },
    }
    return [...this.#deletions, old]
  }
  async openedBefore(): ReturnType<Engine['openedBefore']> {
    await wait(120)
    return [MARIA]
  }
  async receiptFile(order: DeletionView['order']): ReturnType<Engine['receiptFile']> {
    await wait(400)
    return `${JSON.stringify({ format: 'hausrecht-receipt/1', order })}\n`
  }
  async exportRange(
    camera: CameraView['id'],
    from: number,
    to: number,
    progress: Listener<{ done: number; of: number }>,
  ): ReturnType<Engine['exportRange']> {
    this.#cancelled = false
    const of = Math.max(20, Math.round((to - from) / PART_MS))
    for (let done = 0; done <= of; done += Math.ceil(of / 20)) {
      if (this.#cancelled) throw new EngineError('cancelled')
      progress({ done, of })
      await wait(150)
    }
    const part = await partAt(clipOf(this.#camera(camera)), from, from - PART_MS)
    const reason = 'camera_unreachable'
    return {
      bytes: part.fragment,
      name: 'front-door-2026-11-23-1402.mp4',
      from,
      to,
      findings: [
        { type: 'gap', from: from + MINUTE, to: from + 3 * MINUTE, reason },
        { type: 'damaged', at: from + 4 * MINUTE, code: 'damaged_chunk' },
      ],
    }
  }
  async cancelExport(): Promise<void> {
    this.#cancelled = true
  }

  async accesses({
    before,
    limit,
  }: {
    readonly before: number | null
    readonly limit: number
  }): ReturnType<Engine['accesses']> {
    await wait(120)
    const { cameras, log } = this.#house
    const total = cameras.length === 0 ? 0 : 90
    const first = before === null ? total : before - (log.size - total)
    const rows: AccessView[] = []
    for (let i = first - 1; i >= 0 && rows.length < limit; i--) {
      const one = this.#sample(i)
      if (one === null) continue
      const at = Date.now() - one.ago
      const from = one.purpose === 'live' ? at : at - 5 * HOUR
      rows.push({
        index: log.size - total + i,
        at,
        reader: one.reader,
        stream: one.id,
        from,
        to: from + one.long,
        purpose: one.purpose,
        proven: i !== first - 1 || before !== null,
      })
    }
    return rows
  }
  #sample(i: number): Shared | null {
    const { cameras } = this.#house
    const camera = cameras[(i * 7) % cameras.length]
    if (camera === undefined) return null
    const reader = [SELF, MARIA, SELF, TABLET, HUB, MARIA][i % 6] ?? SELF
    return {
      id: camera.id,
      purpose: 'own',
      ago: (90 - i) * 41 * MINUTE + 3 * MINUTE,
      long: ((i % 5) + 1) * 6 * MINUTE,
      reader,
    }
  }
  async usage(): ReturnType<Engine['usage']> {
    await wait(90)
    const away = this.#house.hub.state === 'away'
    return {
      bytes: 212_400_000_000,
      objects: 2_480_112,
      quotaBytes: 500_000_000_000,
      logSize: this.#house.log.size,
      spool: away ? null : { bytes: 0, segments: 0, oldestAt: null },
    }
  }
}
