import { activeDevice } from '@hausrecht/chain/rights'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { DeviceId } from '@hausrecht/crypto/ids'
import { idBytes, streamIdFrom } from '@hausrecht/crypto/ids'
import { decodeCover, encodeCover } from '@hausrecht/keytree/cover'
import type { Channel } from './channel/channel.ts'
import type { ChannelValue } from './channel/messages.ts'
import { isMap } from './channel/values.ts'
import { entitledRange } from './delivery.ts'
import { sync } from './device.ts'
import { ClientError } from './errors.ts'
import { type TreeName, zeroCover } from './key-store.ts'
import type { OpenDevice } from './open-device.ts'
import { awaitKeys } from './under-way.ts'

/**
 * Keys for a session: a device that holds none between two runs asks one that holds history, over a channel whose keys are as
 * short-lived as the session itself. What goes out is cut to what the chain entitles the session to, and by all delete orders; what
 * comes in is cut again. docs/formats/channel.md §Keys
 */
export const KEYS_METHOD = 'keys'
/** Asks to keep them for another while. */
export const LEASE_METHOD = 'lease'

/** What a holder answers. Syncs first: no key leaves by an older log than the newest. @throws ClientError not_member */
export async function keysFor(device: OpenDevice, session: DeviceId): Promise<ChannelValue> {
  await sync(device)
  const { state } = device.chain
  if (activeDevice(state, session) === null) throw new ClientError('not_member')
  const trees = device.keys.held().flatMap((tree): ChannelValue[] => {
    const range = entitledRange(state, session, tree)
    if (range === null) return []
    const cover = device.keys.export(tree, range)
    const bytes = encodeCover(cover)
    zeroCover(cover)
    return [[idBytes(tree.stream), tree.generation, bytes]]
  })
  return { trees }
}

/** Asks a holder and installs what this device is entitled to. @returns the trees; @throws ClientError bad_channel | …; ChannelRefusal */
export async function fetchKeys(device: OpenDevice, channel: Channel): Promise<readonly TreeName[]> {
  const answer = await requestKeys(device, channel)
  await sync(device)
  const items = isMap(answer) ? answer.trees : undefined
  if (!Array.isArray(items)) throw new ClientError('bad_channel', 'keys')
  const trees: TreeName[] = []
  for (const item of items) {
    const [stream, generation, cover] = Array.isArray(item) ? item : []
    if (!(stream instanceof Uint8Array) || typeof generation !== 'number' || !(cover instanceof Uint8Array))
      throw new ClientError('bad_channel', 'keys')
    const tree = { stream: streamIdFrom(stream), generation }
    if (entitledRange(device.chain.state, device.id, tree) === null)
      throw new ClientError('packet_not_entitled', tree.stream)
    const nodes = decodeCover(cover)
    cover.fill(0)
    await device.keys.import(tree, nodes)
    zeroCover(nodes)
    trees.push(tree)
  }
  return trees
}

/**
 * Until the answer is here the channel can open it, even if the vault holds it back: it ends when an order comes first, or no answer does.
 */
async function requestKeys(device: OpenDevice, channel: Channel): Promise<ChannelValue> {
  const underWay = { over: false, forget: () => channel.close() }
  awaitKeys(device.keys, underWay)
  try {
    return await channel.request(KEYS_METHOD)
  } catch (error) {
    if (error instanceof ClientError) channel.close()
    throw error
  } finally {
    underWay.over = true
  }
}

/** Generations that the chain knows, this device is entitled to, and has no key of: time to ask again. */
export const missingTrees = (device: OpenDevice): readonly TreeName[] =>
  [...device.chain.state.streams.values()].flatMap(stream =>
    stream.generations
      .map((_, generation) => ({ stream: stream.id, generation }))
      .filter(tree => entitledRange(device.chain.state, device.id, tree) !== null && !device.keys.holds(tree)),
  )

/** Whom a session can ask: devices that hold history. */
export const keyHolders = (state: HouseholdState): readonly DeviceId[] =>
  [...state.devices.keys()].filter(id => activeDevice(state, id)?.roles.includes('vault'))
