import type { SecretName } from './graph.ts'
import { leavesOf, type SmallCover, type SmallNode } from './small-tree.ts'

/** A key tree by name: STREAM.GENERATION. */
export type TreeKey = string
export const treeKey = (stream: number, generation: number): TreeKey => `${stream}.${generation}`
export const streamOfTree = (tree: TreeKey): number => Number(tree.split('.')[0])
export const nodeName = (tree: TreeKey, { depth, prefix }: SmallNode): SecretName => `node ${tree} ${depth} ${prefix}`
export const leafName = (tree: TreeKey, leaf: number): string => `${tree} ${leaf}`

export type Kind = 'hub' | 'phone' | 'browser'

/** A packet that this device sent, in its ledger. */
export type Sent = { readonly share: SecretName | null; readonly posted: boolean; readonly releasedAt: number | null }

/** An open channel, as one of its ends has it. */
export type End = { readonly channel: number; message: number }

/**
 * A device: what it stores, what it has in memory, and, apart from both, what the test knows of its life. A browser stores nothing: its
 * covers are in memory.
 */
export class ModelDevice {
  readonly name: string
  readonly kind: Kind
  member = true
  /** Which removal put it out. */
  removal: number | null = null
  /** The vault shows it no packets. */
  hidden = false

  // Stored.
  readonly covers = new Map<TreeKey, SmallCover>()
  readonly roots = new Set<TreeKey>()
  readonly prekeys = new Set<SecretName>()
  readonly sent = new Map<number, Sent>()

  /** Nodes that ever lay in its files: what flash, a journal or a backup may have kept of them. */
  readonly remnants = new Set<SecretName>()

  // In memory.
  readonly asked = new Map<number, SecretName>()
  readonly ends = new Map<number, End>()
  /** The channel on which an answer with keys is awaited. */
  hanging: number | null = null
  task: Generator<void, void> | null = null

  // Its place in the log: orders that it knows, has begun to carry out, has carried out, has said, was cut off from.
  known = 0
  begun = 0
  done = 0
  said = 0
  cut = 0
  /** Leaves before this one have ended by retention, as far as it has applied that. */
  retained = 0

  // What the test knows: leaves whose key it was ever able to open by itself and has not lost since, and packets and answers on their way.
  readonly given = new Set<string>()
  /** Of those, what lay in files, now or before. */
  readonly everStored = new Set<string>()
  readonly onTheWay = new Map<string, readonly string[]>()

  constructor(name: string, kind: Kind) {
    this.name = name
    this.kind = kind
  }

  give(tree: TreeKey, cover: SmallCover): void {
    for (const leaf of leavesByName({ tree, cover })) {
      this.given.add(leaf)
      if (this.kind !== 'browser') this.everStored.add(leaf)
    }
  }

  /** Is everything that opens this leaf under way to it? */
  awaits(leaf: string): boolean {
    return [...this.onTheWay.values()].some(leaves => leaves.includes(leaf))
  }

  /** Replaces what is held of a tree. */
  hold(tree: TreeKey, cover: SmallCover): void {
    this.covers.set(tree, cover)
    if (this.kind !== 'browser') for (const node of cover) this.remnants.add(nodeName(tree, node))
  }

  /** Everything that somebody finds who takes the device away while it runs. */
  secrets(): readonly SecretName[] {
    const nodes = [...this.covers].flatMap(([tree, cover]) => cover.map(node => nodeName(tree, node)))
    const roots = [...this.roots].map(tree => nodeName(tree, { depth: 0, prefix: 0 }))
    const shares = [...this.sent.values()].flatMap(({ share }) => (share === null ? [] : [share]))
    const ends = [...this.ends.values()].map(({ channel, message }) => messageKey(channel, message))
    return [...nodes, ...roots, ...this.prekeys, ...shares, ...this.asked.values(), ...ends]
  }

  /** What a power cut takes away. */
  loseMemory(): void {
    this.task = null
    this.asked.clear()
    this.ends.clear()
    this.hanging = null
    this.onTheWay.clear()
    if (this.kind === 'browser') this.forgetAll()
  }

  forgetAll(): void {
    this.covers.clear()
    this.given.clear()
  }
}

export const messageKey = (channel: number, message: number): SecretName => `channel ${channel} ${message}`

/** The leaves below a cover of a tree, by name. */
export const leavesByName = ({
  tree,
  cover,
}: {
  readonly tree: TreeKey
  readonly cover: SmallCover
}): readonly string[] => leavesOf(cover).map(leaf => leafName(tree, leaf))
