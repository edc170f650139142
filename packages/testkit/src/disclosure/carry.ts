import { leavesByName, type ModelDevice } from './device.ts'
import { type Course, follow, receipt } from './follow.ts'
import type { Packet, World } from './world.ts'

/** Minutes for which a release share is kept after it was handed over. */
const SHARE_KEPT = 2

/** What a device that keeps keys does again and again. */
export function* round(world: World, device: ModelDevice): Course {
  yield* follow(world, device)
  if (device === world.hub) yield* renew(world)
  receipt(device)
  yield
  yield* receive(world, device)
  if (device === world.hub) yield* send(world)
  yield* release(world, device)
  for (const [packet, sent] of device.sent)
    if (sent.releasedAt !== null && world.minutes - sent.releasedAt > SHARE_KEPT)
      device.sent.set(packet, { ...sent, share: null })
}

function* renew(world: World): Course {
  while (world.renewed < world.removals) {
    world.renewed = world.removals
    if (!world.rules.newGenerations) return
    for (let stream = 0; stream < world.generations.length; stream++) world.startGeneration(stream)
    yield
    world.settle(world.hub)
  }
}

function* receive(world: World, device: ModelDevice): Course {
  if (device.hidden) return
  for (const [id, packet] of world.packets.entries()) {
    if (packet.to !== device || !packet.posted || packet.gone) continue
    const old = packet.orders < device.known && world.rules.oldPacketsLeft
    if (old || !device.prekeys.has(packet.prekey)) {
      packet.gone = true
      device.asked.delete(id)
      device.onTheWay.delete(`packet ${id}`)
      continue
    }
    const asked = device.asked.get(id)
    if (asked === undefined) {
      const key = world.fresh('asked')
      device.asked.set(id, key)
      packet.request = key
      yield
    } else if (packet.release === asked) yield* open(world, device, id, packet)
  }
}

function* open(world: World, device: ModelDevice, id: number, packet: Packet): Course {
  yield* follow(world, device)
  if (!device.asked.has(id)) return
  for (const [tree, cover] of packet.contents) world.takeIn(device, tree, cover)
  yield
  if (world.rules.prekeysOnce) device.prekeys.delete(packet.prekey)
  device.asked.delete(id)
  device.onTheWay.delete(`packet ${id}`)
  packet.gone = true
}

function* send(world: World): Course {
  const { hub } = world
  for (const [id, { posted }] of hub.sent) if (!posted) hub.sent.delete(id)
  for (const to of world.devices.filter(({ member, kind }) => member && kind === 'phone')) {
    const has = [...hub.sent.keys()].flatMap(id => {
      const packet = world.packets[id]
      return packet?.to === to ? [...packet.contents.keys()] : []
    })
    const missing = [...hub.covers.keys()].filter(tree => !has.includes(tree))
    if (missing.length === 0) continue
    // The keys are taken and the share is in the ledger before an order can come in between.
    const id = world.packets.length
    const prekey = prekeyFor(world, to)
    const contents = new Map(missing.map(tree => [tree, world.exported(hub, tree)]))
    const packet: Packet = {
      ...{ to, prekey, contents, orders: hub.known },
      ...{ posted: false, gone: false, request: null, release: null },
    }
    world.packets.push(packet)
    const mine = { share: `share ${id}`, posted: false, releasedAt: null }
    hub.sent.set(id, mine)
    yield
    packet.posted = true
    world.post(id, packet)
    yield
    const now = hub.sent.get(id)
    if (now !== undefined) hub.sent.set(id, { ...now, posted: true })
    else if (!world.rules.sharesStayWithdrawn) hub.sent.set(id, { ...mine, posted: true })
  }
}

/** One of the recipient's one-time keys that no other packet in the ledger was sealed to. */
function prekeyFor(world: World, to: ModelDevice): string {
  const used = [...world.hub.sent.keys()].map(id => world.packets[id]?.prekey)
  const free = [...to.prekeys].find(key => !used.includes(key)) ?? world.fresh('prekey')
  to.prekeys.add(free)
  return free
}

/** Hands release shares over. The vault may take its time between what is read from the ledger and what is written. */
function* release(world: World, device: ModelDevice): Course {
  for (const [id, sent] of [...device.sent]) {
    const packet = world.packets[id]
    const key = packet?.request ?? null
    if (packet === undefined || key === null || packet.release === key || sent.share === null) continue
    if (!packet.to.member) continue
    yield
    packet.release = key
    world.graph.add([key], [sent.share])
    if (packet.to.asked.get(id) === key) packet.to.onTheWay.set(`packet ${id}`, leavesIn(packet))
    const now = device.sent.get(id)
    if (now !== undefined) device.sent.set(id, { ...now, releasedAt: now.releasedAt ?? world.minutes })
    else if (!world.rules.sharesStayWithdrawn) device.sent.set(id, { ...sent, releasedAt: world.minutes })
  }
}

const leavesIn = (packet: Packet): readonly string[] =>
  [...packet.contents].flatMap(([tree, cover]) => leavesByName({ tree, cover }))
