import type { KemKeyPair } from '@hausrecht/crypto/hpke'
import { type DeviceId, type PacketId, parsePacketId } from '@hausrecht/crypto/ids'
import type { Packet } from '@hausrecht/crypto/packet'
import { dueDeliveries } from './delivery.ts'
import { type OpenDevice, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { maintain } from './household.ts'
import { pause } from './http-call.ts'
import type { TreeName } from './key-store.ts'
import { changeSent, forgetSent, listSent } from './packet-ledger.ts'
import { answerReleases, askForRelease, inspectPacket, installPacket, isOverruled, sendKeys } from './packets.ts'
import { replenishPrekeys } from './prekeys.ts'
import { completeOrders, postReceipt } from './receipts.ts'
import { VaultError } from './vault-error.ts'

/** How long a release share is kept after it was handed over, in ms: a recipient that crashed right then can ask again. */
export const RELEASE_KEEP_MS = 120_000
/** How often to ask for the same packet again, in ms: the vault forgets a request after a while. */
export const ASK_AGAIN_MS = 60_000

export type CourierReport = {
  /** Devices that packets were sent to. */
  readonly sentTo: readonly DeviceId[]
  /** Devices that could not be sent to: no one-time key left (they publish new ones when next online), or a full mailbox. */
  readonly unable: readonly DeviceId[]
  readonly released: number
  /** Trees whose keys arrived. */
  readonly received: readonly TreeName[]
  /** Packets refused, with the reason. */
  readonly refused: readonly { readonly packet: PacketId; readonly code: ClientError['code'] }[]
  /** Packets that wait for their sender. */
  readonly waiting: number
}

type Waiting = { readonly packet: Packet; readonly ephemeral: KemKeyPair; readonly asked: number }

/**
 * Carries keys between this device and the others: hands out keys of trees it is responsible for, answers requests for release
 * shares, opens what was sent to it, keeps one-time keys in stock, and starts generations that are owed.
 * One at a time for a store; ephemeral keys live in this object only.
 */
export class Courier {
  readonly #device: OpenDevice
  readonly #waiting = new Map<PacketId, Waiting>()

  constructor(device: OpenDevice) {
    this.#device = device
  }

  /** One round. Syncs first: nothing leaves before the newest checked log says that it may. */
  async round(): Promise<CourierReport> {
    const device = this.#device
    await sync(device)
    return device.store.exclusive('courier', async () => {
      await maintain(device)
      await postReceipt(device)
      await completeOrders(device)
      await device.keys.refresh()
      const received = await this.#receive()
      await replenishPrekeys(device)
      const sent = await this.#send()
      const released = await answerReleases(device)
      await this.#eraseShares()
      return { ...sent, released, ...received }
    })
  }

  /** Rounds until `signal` aborts: at every new entry, and every `everyMs`. `report` sees what each did or threw. */
  async run(
    signal: AbortSignal,
    report: (result: CourierReport | Error) => void,
    everyMs: number = 2000,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        report(await this.round())
      } catch (error) {
        if (signal.aborted) return
        report(error instanceof Error ? error : new Error(String(error)))
      }
      await pause(everyMs, signal).catch(() => undefined)
    }
  }

  async #send(): Promise<Pick<CourierReport, 'sentTo' | 'unable'>> {
    const device = this.#device
    const { chain } = device
    const { state, entries } = chain
    const due = dueDeliveries({ state, entries, accesses: [], removals: chain.removals }, device.id, device.keys.held())
    for (const lost of (await listSent(device)).filter(other => !other.posted)) await forgetSent(device, lost.packet)
    const sent = await listSent(device)
    const sentTo: DeviceId[] = []
    const unable: DeviceId[] = []
    for (const [recipient, parcels] of due) {
      const has = (tree: TreeName): boolean =>
        sent.some(other => other.recipient === recipient && other.trees.some(given => sameTree(given, tree)))
      const missing = parcels.filter(({ tree }) => !has(tree))
      if (missing.length === 0) continue
      try {
        await sendKeys(device, recipient, missing)
        sentTo.push(recipient)
      } catch (error) {
        if (!isRefusal(error) && !(error instanceof ClientError && error.code === 'no_prekey')) throw error
        unable.push(recipient)
      }
    }
    return { sentTo, unable }
  }

  async #receive(): Promise<Pick<CourierReport, 'received' | 'refused' | 'waiting'>> {
    const { vault, clock } = this.#device
    const received: TreeName[] = []
    const refused: { packet: PacketId; code: ClientError['code'] }[] = []
    for (const row of await vault.listPackets()) {
      const id = parsePacketId(row.packetId)
      try {
        const waiting = this.#asked(id) ?? (await this.#ask(id))
        if (waiting !== null) received.push(...((await this.#open(id, waiting)) ?? []))
        else await this.#drop(id)
      } catch (error) {
        // The vault lists a packet and then says no to it: others must not wait for that one.
        if (isRefusal(error)) continue
        if (!(error instanceof ClientError)) throw error
        refused.push({ packet: id, code: error.code })
        await this.#drop(id)
      }
    }
    for (const [id, { asked }] of this.#waiting) if (clock.now() - asked > ASK_AGAIN_MS) this.#forget(id)
    return { received, refused, waiting: this.#waiting.size }
  }

  /** What waits for a packet, unless an order has ended that. */
  #asked(id: PacketId): Waiting | null {
    const waiting = this.#waiting.get(id)
    return waiting === undefined || waiting.ephemeral.privateKey.gone ? null : waiting
  }

  /** Null when an order has overruled the packet. */
  async #ask(id: PacketId): Promise<Waiting | null> {
    const device = this.#device
    const packet = await inspectPacket(device, await device.vault.getPacket(id))
    if (isOverruled(device, packet)) return null
    const waiting = { packet, ephemeral: await askForRelease(device, id), asked: device.clock.now() }
    this.#waiting.set(id, waiting)
    return waiting
  }

  /** Null while the sender has not answered. */
  async #open(id: PacketId, { packet, ephemeral }: Waiting): Promise<readonly TreeName[] | null> {
    let sealed: Uint8Array
    try {
      sealed = await this.#device.vault.takeRelease(id)
    } catch (error) {
      if (error instanceof VaultError && (error.code === 'gone' || error.code === 'not_found')) return null
      throw error
    }
    const trees = await installPacket(this.#device, packet, id, { sealed, ephemeral })
    await this.#drop(id)
    return trees
  }

  #forget(id: PacketId): void {
    this.#waiting.get(id)?.ephemeral.privateKey.zero()
    this.#waiting.delete(id)
  }

  async #drop(id: PacketId): Promise<void> {
    this.#forget(id)
    await this.#device.vault.deletePacket(id)
  }

  async #eraseShares(): Promise<void> {
    const now = this.#device.clock.now()
    for (const sent of await listSent(this.#device)) {
      if (sent.share !== null && sent.releasedAt !== null && now - sent.releasedAt > RELEASE_KEEP_MS)
        await changeSent(this.#device, sent.packet, now => ({ ...now, share: null }))
    }
  }
}

/** About one packet only; the way to the vault is fine. */
const isRefusal = (error: unknown): boolean =>
  error instanceof VaultError && error.status >= 400 && error.status < 500 && error.status !== 401

const sameTree = (a: TreeName, b: TreeName): boolean => a.stream === b.stream && a.generation === b.generation
