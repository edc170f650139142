import { round } from './carry.ts'
import { ModelDevice } from './device.ts'
import { type Course, fetchKeys, follow, hangUp, receipt } from './follow.ts'
import { DEVICES_MAX, type Happening } from './happenings.ts'
import type { Rules } from './rules.ts'
import { LEAVES } from './small-tree.ts'
import { World } from './world.ts'

/** Runs what happens. Nothing is asserted here. */
export function run(rules: Rules, all: readonly Happening[]): World {
  const world = new World(rules)
  for (const each of all) happen(world, each)
  return world
}

type Of<D extends Happening['does']> = Extract<Happening, { readonly does: D }>
type Handlers<Does extends Happening['does'], Args extends readonly unknown[]> = {
  readonly [D in Does]: (world: World, ...rest: [...Args, Of<D>]) => void
}

const OF_ALL: Handlers<'record' | 'join' | 'wait' | 'expire', []> = {
  record: (world, { stream }) => record(world, stream),
  join: (world, { kind }) => join(world, kind),
  wait: world => {
    world.minutes += 3
  },
  expire: world => {
    world.kept = world.now
  },
}

const OF_ONE: Handlers<Exclude<Happening['does'], keyof typeof OF_ALL>, [ModelDevice]> = {
  delete: (world, device, order) => remove(world, device, order),
  work: (world, device, { steps }) => work(world, device, steps),
  fetch: (world, device, { answerComes }) => {
    if (device.kind === 'browser') finish(fetchKeys(world, device, answerComes))
  },
  look: (world, device) => finish(follow(world, device)),
  hide: (_, device, { hidden }) => {
    device.hidden = hidden
  },
  crash: (_, device) => device.loseMemory(),
  hangUp: (_, device) => hangUp(device),
  lease: (world, device) => lease(world, device),
  remove: (world, device) => putOut(world, device),
}

export function happen(world: World, each: Happening): void {
  if (!('who' in each)) (OF_ALL[each.does] as (world: World, each: Happening) => void)(world, each)
  else {
    const device = world.devices[each.who % world.devices.length] ?? world.hub
    const handle = OF_ONE[each.does] as (world: World, device: ModelDevice, each: Happening) => void
    if (device.member) handle(world, device, each)
  }
}

const finish = (course: Course): void => {
  for (const _ of course);
}

function putOut(world: World, device: ModelDevice): void {
  if (device.kind === 'hub') return
  device.member = false
  device.task = null
  device.removal = ++world.removals
}

function record(world: World, stream: number): void {
  const generation = (world.generations[stream]?.length ?? 1) - 1
  const tree = `${stream}.${generation}`
  // A hub that has not settled its new tree has no key yet, and the last leaf is the end of the model's time.
  if (!world.hub.covers.has(tree) || world.now >= LEAVES - 1) return
  world.recorded.push({ stream, tree, leaf: world.now++, renewed: world.renewed })
}

function remove(
  world: World,
  device: ModelDevice,
  { stream, from, count }: { stream: number | null; from: number; count: number },
): void {
  // A session may delete too; here it only watches.
  if (world.now === 0 || device.kind === 'browser') return
  const whole = count === LEAVES
  const lo = whole ? 0 : from % world.now
  world.orders.push({ stream, lo, hi: whole ? world.now - 1 : Math.min(world.now - 1, lo + count - 1) })
  finish(follow(world, device))
  receipt(device)
}

function join(world: World, kind: 'phone' | 'browser'): void {
  if (world.devices.length >= DEVICES_MAX) return
  const device = new ModelDevice(`${kind} ${world.devices.length}`, kind)
  device.known = world.orders.length
  device.begun = device.known
  device.done = device.known
  device.retained = world.kept
  world.devices.push(device)
}

/** Some steps of a round; the rest waits, and other things may happen first. */
function work(world: World, device: ModelDevice, steps: number): void {
  if (device.kind === 'browser') {
    finish(follow(world, device))
    receipt(device)
    return
  }
  device.task ??= round(world, device)
  for (let step = 0; step < steps; step++)
    if (device.task.next().done === true) {
      device.task = null
      return
    }
}

/** Nobody answered a browser for longer than its lease: it forgets, and the hub says so. */
function lease(world: World, device: ModelDevice): void {
  if (device.kind !== 'browser') return
  hangUp(device)
  if (world.rules.leasesEnd) device.covers.clear()
  device.given.clear()
  device.cut = world.orders.length
}
