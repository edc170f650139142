import { Courier } from '@hausrecht/client/courier'
import { closeDevice, type OpenDevice, openDevice, sync } from '@hausrecht/client/device'
import { createDeviceKey, openHome, saveFacts } from '@hausrecht/client/home'
import { addCamera, createHousehold } from '@hausrecht/client/household'
import { MemoryStore } from '@hausrecht/client/memory-store'
import { makePrekeys, PREKEYS_KEPT } from '@hausrecht/client/prekeys'
import { postReceipt } from '@hausrecht/client/receipts'
import { submit } from '@hausrecht/client/submit'
import { newOrderId, type StreamId } from '@hausrecht/crypto/ids'
import { MAX_LEAF } from '@hausrecht/keytree/leaf'
import { type TestHousehold, TestRecorder } from '../household.ts'
import { Hoard } from './adversary.ts'
import { treeKey } from './device.ts'
import type { Memory } from './memory.ts'
import type { ModelOrder } from './world.ts'

type Member = { readonly store: MemoryStore; device: OpenDevice; courier: Courier; hidden: boolean }
/** A sealed recording, where the model has it. */
export type RealRecording = { readonly leaf: number; readonly tree: string; readonly bytes: Uint8Array }

/** The household of the model on real code: devices with stores of their own, talking to a real vault that keeps everything. */
export class RealHousehold {
  readonly hoard = new Hoard()
  readonly members: Member[] = []
  readonly recordings: RealRecording[] = []
  /** Roots of the key trees, as the hub had them before anything was deleted: to look for what follows from them. */
  readonly roots = new Map<string, Uint8Array>()
  readonly #house: TestHousehold
  readonly #memory: Memory
  #streams: readonly StreamId[] = []
  #recorders: readonly TestRecorder[] = []

  private constructor(house: TestHousehold, memory: Memory) {
    this.#house = house
    this.#memory = memory
  }

  static async found(house: TestHousehold, memory: Memory): Promise<RealHousehold> {
    const real = new RealHousehold(house, memory)
    const store = new MemoryStore()
    const wanted = { name: 'House', device: 'hub', vault: house.vault.url, witnesses: [], quorum: 0 }
    const device = await memory.of(0, () => createHousehold(store, wanted, real.#around(0)))
    real.members.push({ store, device, courier: new Courier(device), hidden: false })
    const cameras = await memory.of(0, async () => [
      await addCamera(device, { name: 'Hall', sound: false }),
      await addCamera(device, { name: 'Door', sound: false }),
    ])
    real.#streams = cameras.map(({ video }) => video)
    real.#recorders = real.#streams.map(stream => new TestRecorder(device, stream))
    real.#keepRoots()
    return real
  }

  close(): void {
    for (const { device } of this.members) closeDevice(device)
  }

  async record(stream: number, generation: number): Promise<void> {
    this.#house.clock.turn(2000)
    this.#keepRoots()
    const recorder = this.#recorders[stream]
    if (recorder === undefined) throw new Error('no stream')
    const { header, bytes } = await this.#memory.of(0, async () =>
      recorder.store(await recorder.seal(this.#house.clock.now())),
    )
    if (header.generation !== generation) throw new Error('another generation than in the model')
    this.recordings.push({ leaf: header.leaf, tree: treeKey(stream, generation), bytes })
  }

  /** Deletes what the model deletes: ranges of places in the list of recordings. */
  async delete(who: number, { stream, lo, hi }: ModelOrder): Promise<void> {
    const { device } = this.#member(who)
    const [first, last] = [this.recordings[lo]?.leaf, this.recordings[hi]?.leaf]
    if (first === undefined || last === undefined) throw new Error('nothing was recorded there')
    const range = { stream: stream === null ? null : (this.#streams[stream] ?? null), lo: first, hi: last }
    await this.#memory.of(who, async () => {
      await submit(device, () => ({ statement: { type: 'delete_order', order: newOrderId(), ranges: [range] } }))
      await postReceipt(device)
    })
  }

  async join(): Promise<void> {
    const hub = this.#member(0).device
    const store = new MemoryStore()
    const who = this.members.length
    const device = await this.#memory.of(who, async () => {
      const key = await createDeviceKey(store)
      const prekeys = await makePrekeys(store, PREKEYS_KEPT)
      const { publicKey } = key
      const entitlement = { from: 0, streams: 'all' as const }
      await submit(hub, () => ({
        statement: { type: 'add_device', publicKey, roles: ['admin', 'vault'], entitlement, prekeys },
      }))
      const { household, vault } = { household: hub.household, vault: this.#house.vault.url }
      await saveFacts(store, key, { household, vault, witnesses: [], quorum: 0, name: `phone ${who}` })
      const opened = await openDevice(await openHome(store), this.#around(who))
      await sync(opened)
      return opened
    })
    this.members.push({ store, device, courier: new Courier(device), hidden: false })
  }

  work(who: number): Promise<unknown> {
    return this.#memory.of(who, () => this.#member(who).courier.round())
  }

  look(who: number): Promise<unknown> {
    return this.#memory.of(who, () => sync(this.#member(who).device))
  }

  hide(who: number, hidden: boolean): void {
    this.#member(who).hidden = hidden
  }

  async remove(who: number): Promise<void> {
    const target = this.#member(who).device.id
    const hub = this.#member(0).device
    await this.#memory.of(0, () => submit(hub, () => ({ statement: { type: 'remove_device', device: target } })))
  }

  /** Power fails: what was in memory is gone, and the device begins anew from what it stored. */
  async crash(who: number): Promise<void> {
    const member = this.#member(who)
    closeDevice(member.device)
    this.#memory.lose(who)
    member.device = await this.#memory.of(who, async () => openDevice(await openHome(member.store), this.#around(who)))
    member.courier = new Courier(member.device)
    if (who === 0) this.#recorders = this.#streams.map(stream => new TestRecorder(member.device, stream))
  }

  #member(who: number): Member {
    const member = this.members[who]
    if (member === undefined) throw new Error('no such device')
    return member
  }

  #around(who: number) {
    const { transport, clock } = this.#house.around
    return { transport: this.hoard.around(transport, () => this.members[who]?.hidden ?? false), clock }
  }

  #keepRoots(): void {
    const { keys } = this.#member(0).device
    for (const { stream, generation } of keys.held()) {
      const at = this.#streams.indexOf(stream)
      const name = treeKey(at, generation)
      const [root] = keys.export({ stream, generation }, { lo: 0, hi: MAX_LEAF })
      if (at >= 0 && root?.depth === 0 && !this.roots.has(name)) this.roots.set(name, root.seed)
    }
  }
}
