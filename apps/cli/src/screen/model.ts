import type { AppDoor } from '../start/app-door.ts'
import type { Part } from '../start/protocol.ts'
import type { PartState } from '../start/supervised.ts'

/** What a camera does right now, as the hub says it. */
export type CameraNow = Readonly<{
  name: string
  /** `elsewhere`: another device records it. `off`: nobody does right now. */
  state: 'recording' | 'connecting' | 'waiting' | 'elsewhere' | 'off'
  /** Why it does not record, as a sentence for people. */
  problem?: string
  /** Like `1280×720 H.264`. */
  picture?: string
  /** Like `AAC`; absent for a camera without sound. */
  sound?: string
  /** When the last segment was sealed and safe on disk, ms. */
  sealedAt?: number
  bitsPerSecond?: number
  /** Devices that watch it live; absent for none. */
  viewers?: number
}>

/** Everything that the screen shows: a value, so that what is shown can be tested. */
export type Screen = Readonly<{
  household: string
  now: number
  cameras: readonly CameraNow[]
  parts: Readonly<Record<Part, PartState>>
  vaultUrl: string
  /** What to open in a browser, and what a browser that comes by the link shows. */
  app: AppDoor & Readonly<{ digits?: string }>
  /** The vault does not answer: what is shown of it is what was known. */
  vaultAway?: boolean
  /** What the vault keeps; absent while it has not said. */
  kept?: Readonly<{ bytes: number; quotaBytes?: number; logSize: number }>
  /** What is sealed and still waits to be sent. */
  waiting?: Readonly<{ bytes: number; since?: number }>
  /** Gaps in what was recorded since this start, with the reason of the last one. */
  gaps?: Readonly<{ count: number; reason: string }>
  /** When the witness last cosigned; `own` is false for one of somebody else. */
  witness?: Readonly<{ cosignedAt?: number; own: boolean }>
  /** The vault listens on the network, and without TLS the network sees what the vault sees. */
  open?: boolean
  /** A device that waits to be let in. */
  pending: number
  dataFolder: string
  version: string
}>

/** The state in one word: is everything as it should be, does something wait, or is something wrong? */
export function moodOf({ cameras, parts, pending, waiting, now, vaultAway }: Screen): 'well' | 'waits' | 'wrong' {
  const ages = cameras.map(({ sealedAt }) => (sealedAt === undefined ? 0 : now - sealedAt))
  if (vaultAway === true || parts.hub.state === 'stopped') return 'wrong'
  if (Object.values(parts).some(({ state }) => state === 'waiting') || ages.some(age => age > STALE_MS)) return 'wrong'
  const starting = Object.values(parts).some(({ state }) => state === 'starting')
  const behind = waiting?.since !== undefined && now - waiting.since > STALE_MS
  return starting || behind || pending > 0 || cameras.some(({ state }) => state === 'connecting' || state === 'waiting')
    ? 'waits'
    : 'well'
}

/** A camera whose last sealed segment is older than this is shown as not recording. */
export const STALE_MS = 30_000
