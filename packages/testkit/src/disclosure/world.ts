import { leafName, ModelDevice, messageKey, nodeName, streamOfTree, type TreeKey, treeKey } from './device.ts'
import { DisclosureGraph, type SecretName } from './graph.ts'
import type { Rules } from './rules.ts'
import {
  DEPTH,
  halves,
  joined,
  LEAVES,
  punctured,
  ROOT,
  type SmallCover,
  type SmallNode,
  type SmallRange,
} from './small-tree.ts'

export const STREAMS = 2

export type ModelOrder = SmallRange & { readonly stream: number | null }
/** A recording. `renewed`: how many removals the hub had answered with new generations by then. */
export type Recorded = {
  readonly stream: number
  readonly tree: TreeKey
  readonly leaf: number
  readonly renewed: number
}
export type Given = { readonly tree: TreeKey; readonly cover: SmallCover }
export type Packet = {
  readonly to: ModelDevice
  readonly prekey: SecretName
  readonly contents: ReadonlyMap<TreeKey, SmallCover>
  /** How many orders the sender knew. */
  readonly orders: number
  posted: boolean
  gone: boolean
  /** The key to which the release share is asked for, and the one to which it was sealed. */
  request: SecretName | null
  release: SecretName | null
}

/** The household, its log, and the vault that keeps everything. */
export class World {
  readonly rules: Rules
  readonly graph = new DisclosureGraph()
  readonly hub = new ModelDevice('hub', 'hub')
  readonly devices = [this.hub]
  readonly orders: ModelOrder[] = []
  readonly packets: Packet[] = []
  readonly recorded: Recorded[] = []
  /** First leaves of the generations of each stream. */
  readonly generations: number[][] = Array.from({ length: STREAMS }, () => [])
  /** The next leaf, and minutes that passed. */
  now = 0
  minutes = 0
  removals = 0
  renewed = 0
  /** Leaves of stream 0 before this one are over by retention. */
  kept = 0
  channels = 0
  names = 0

  constructor(rules: Rules) {
    this.rules = rules
    for (let stream = 0; stream < STREAMS; stream++) this.startGeneration(stream)
    this.settle(this.hub)
  }

  fresh(what: string): SecretName {
    return `${what} ${this.names++}`
  }

  /** The hub draws a root, durably, before the log has it. */
  startGeneration(stream: number): void {
    const tree = treeKey(stream, this.generations[stream]?.length ?? 0)
    this.generations[stream]?.push(this.now)
    const derive = (node: SmallNode): void => {
      for (const half of halves(node)) {
        this.graph.add([nodeName(tree, node)], [nodeName(tree, half)])
        derive(half)
      }
    }
    derive(ROOT)
    this.hub.roots.add(tree)
  }

  settle(device: ModelDevice): void {
    for (const tree of device.roots) {
      this.takeIn(device, tree, [ROOT])
      if (this.rules.rootsErased) device.roots.delete(tree)
    }
  }

  /** Takes keys in, cut by all orders that the device knows. */
  takeIn(device: ModelDevice, tree: TreeKey, cover: SmallCover): void {
    const cut = this.rules.importIsCut ? this.cutFor(device, tree, cover) : cover
    device.give(tree, this.cutFor(device, tree, cover))
    device.hold(tree, joined(device.covers.get(tree) ?? [], cut))
  }

  /** A cover without what the orders that a device knows have deleted, and what it knows to be over. */
  cutFor(device: ModelDevice, tree: TreeKey, cover: SmallCover, known = device.known): SmallCover {
    const stream = streamOfTree(tree)
    const meant = this.orders.slice(0, known).filter(order => order.stream === null || order.stream === stream)
    const kept = device.retained > 0 && stream === 0 ? [{ lo: 0, hi: device.retained - 1 }] : []
    return [...meant, ...kept].reduce((left, range) => punctured(left, range), cover)
  }

  /** What of a tree a device may be given: a generation ends where the next begins. */
  entitled(tree: TreeKey): SmallRange {
    const [stream = 0, generation = 0] = tree.split('.').map(Number)
    const starts = this.generations[stream] ?? []
    return { lo: starts[generation] ?? 0, hi: (starts[generation + 1] ?? LEAVES) - 1 }
  }

  exported(device: ModelDevice, tree: TreeKey): SmallCover {
    const { lo, hi } = this.entitled(tree)
    const cover = this.cutFor(device, tree, device.covers.get(tree) ?? [])
    return [
      { lo: 0, hi: lo - 1 },
      { lo: hi + 1, hi: LEAVES - 1 },
    ].reduce((left, range) => (range.lo <= range.hi ? punctured(left, range) : left), cover)
  }

  /** The vault has a packet, for ever. */
  post(id: number, { prekey, contents }: Packet): void {
    const nodes = [...contents].flatMap(([tree, cover]) => cover.map(node => nodeName(tree, node)))
    this.graph.add([prekey], [`wrapped ${id}`])
    this.graph.add([`wrapped ${id}`, `share ${id}`], nodes)
  }

  /** The vault has passed on an answer with keys, and keeps it. */
  answer(channel: number, message: number, trees: readonly Given[]): void {
    const nodes = trees.flatMap(({ tree, cover }) => cover.map(node => nodeName(tree, node)))
    this.graph.add([messageKey(channel, message)], [...nodes, messageKey(channel, message + 1)])
  }

  /** Does the adversary, with every byte, every device, and old copies of what some of them had in files, open this leaf? */
  opens(remnantsOf: readonly ModelDevice[] = []): (tree: TreeKey, leaf: number) => boolean {
    const old = remnantsOf.flatMap(({ remnants }) => [...remnants])
    const known = this.graph.reach([...old, ...this.devices.flatMap(device => device.secrets())])
    return (tree, leaf) => known.has(nodeName(tree, { depth: DEPTH, prefix: leaf }))
  }

  /**
   * What must be so, by what devices did and said alone: `open` when a device that was given the key has neither said that it erased it,
   * nor was cut off, nor did what it has not said yet, nor was removed before the recording; `either` when one died while it was erasing; else `shut`.
   */
  expected({ stream, tree, leaf, renewed }: Recorded): 'open' | 'either' | 'shut' {
    const name = leafName(tree, leaf)
    const meant = this.orders
      .map((order, place) => ({ order, place }))
      .filter(({ order }) => means(order, stream, leaf))
    const over = (device: ModelDevice): boolean => stream === 0 && leaf < device.retained
    const keeping = this.devices.filter(
      device =>
        // Retention leaves what is asked for after its pass to the next one, a day later.
        (device.removal === null || device.removal > renewed) &&
        ((device.given.has(name) && !over(device)) || device.awaits(name)) &&
        !meant.some(({ place }) => place < Math.max(device.said, device.cut, device.done)),
    )
    if (keeping.length === 0) return 'shut'
    return keeping.every(device => meant.some(({ place }) => place < device.begun)) ? 'either' : 'open'
  }

  isDeleted(stream: number, leaf: number): boolean {
    return this.orders.some(order => means(order, stream, leaf))
  }
}

const means = ({ stream, lo, hi }: ModelOrder, of: number, leaf: number): boolean =>
  (stream === null || stream === of) && lo <= leaf && leaf <= hi
