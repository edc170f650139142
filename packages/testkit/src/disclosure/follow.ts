import { leavesByName, type ModelDevice, streamOfTree } from './device.ts'
import { punctured } from './small-tree.ts'
import type { World } from './world.ts'

/** A piece of work that can be cut off, or overtaken by another task of the device, at each `yield`. */
export type Course = Generator<void, void>

/** A look at the log: orders and retention are carried out, roots of new trees settled. */
export function* follow(world: World, device: ModelDevice): Course {
  const { rules, orders } = world
  device.known = orders.length
  if (!rules.erasedBeforeSaid) {
    device.said = device.known
    yield
  }
  if (device.done < device.known) {
    device.begun = device.known
    forgetUnderWay(world, device)
    if (rules.sharesWithdrawn) withdraw(device)
    yield
    for (const tree of [...device.covers.keys()]) puncture(world, device, tree)
    yield
    device.done = Math.max(device.done, device.begun)
  }
  retain(world, device)
  world.settle(device)
}

/** Keys that wait for other keys: what they would open may hold what is deleted. */
function forgetUnderWay({ rules }: World, device: ModelDevice): void {
  if (rules.askedForgotten) {
    device.asked.clear()
    for (const way of [...device.onTheWay.keys()]) if (way.startsWith('packet')) device.onTheWay.delete(way)
  }
  if (rules.hangingClosed) hangUp(device)
}

export function hangUp(device: ModelDevice): void {
  if (device.hanging === null) return
  device.ends.delete(device.hanging)
  device.onTheWay.delete(`channel ${device.hanging}`)
  device.hanging = null
}

function withdraw(device: ModelDevice): void {
  for (const [packet, { share }] of device.sent) if (share !== null) device.sent.delete(packet)
}

function puncture(world: World, device: ModelDevice, tree: string): void {
  const newest = (world.generations[streamOfTree(tree)]?.length ?? 1) - 1
  const meant = world.rules.everyGeneration || tree.endsWith(`.${newest}`)
  if (meant) device.hold(tree, world.cutFor(device, tree, device.covers.get(tree) ?? []))
}

function retain(world: World, device: ModelDevice): void {
  if (device.retained >= world.kept) return
  device.retained = world.kept
  forgetUnderWay(world, device)
  withdraw(device)
  for (const [tree, cover] of device.covers)
    if (streamOfTree(tree) === 0) device.hold(tree, punctured(cover, { lo: 0, hi: world.kept - 1 }))
}

/** Says that everything is erased that has been carried out. */
export const receipt = (device: ModelDevice): void => {
  device.said = Math.max(device.said, device.done)
}

/** A browser asks the hub for its keys, over a channel; the answer may never come. */
export function* fetchKeys(world: World, browser: ModelDevice, answerComes: boolean): Course {
  yield* follow(world, browser)
  receipt(browser)
  const { hub } = world
  hangUp(browser)
  const channel = [...browser.ends.keys()].find(open => hub.ends.has(open)) ?? openChannel(world, browser)
  browser.hanging = channel
  yield
  const end = hub.ends.get(channel)
  if (end === undefined || !hub.member) return hangUp(browser)
  yield* follow(world, hub)
  const sent = world.rules.channelsRatchet ? end.message++ : end.message
  const trees = [...hub.covers.keys()].map(tree => ({ tree, cover: world.exported(hub, tree) }))
  world.answer(channel, sent, trees)
  if (browser.hanging === channel) browser.onTheWay.set(`channel ${channel}`, trees.flatMap(leavesByName))
  yield
  if (!answerComes) return
  yield* follow(world, browser)
  if (browser.hanging !== channel) return
  for (const { tree, cover } of trees) world.takeIn(browser, tree, cover)
  const own = browser.ends.get(channel)
  if (own !== undefined && world.rules.channelsRatchet) own.message++
  browser.onTheWay.delete(`channel ${channel}`)
  browser.hanging = null
}

function openChannel(world: World, browser: ModelDevice): number {
  const channel = world.channels++
  for (const device of [browser, world.hub]) device.ends.set(channel, { channel, message: 0 })
  return channel
}
