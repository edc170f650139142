import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClaimStatus } from '../claim.ts'
import type { SpoolStatus } from '../spool/spool.ts'

/** What a camera does right now. Nothing here is secret; names are, and stay in the house. */
export type CameraStatus = {
  readonly name: string
  readonly video: string
  readonly audio: string | null
  readonly sub: string | null
  readonly state: 'recording' | 'connecting' | 'waiting'
  /** Why it does not record: a reason of docs/hub.md and the source's own words. Null while it records. */
  readonly problem: { readonly reason: string; readonly code: string; readonly detail: string } | null
  readonly codec: string | null
  readonly width: number | null
  readonly height: number | null
  readonly audioCodec: string | null
  /** When the newest segment was sealed and durable, ms. */
  readonly sealedAtMs: number | null
  readonly bitsPerSecond: number | null
  readonly framesPerSecond: number | null
  /** Devices that watch it live, as the vault says. */
  readonly viewers: readonly string[]
  /** Gaps since the hub started, and the newest one. */
  readonly gaps: { readonly count: number; readonly reason: string | null; readonly toMs: number | null }
  /** Packet losses and jumps of its clock since the hub started. */
  readonly losses: number
  readonly clockJumps: number
  /** Its timestamps are unusable, arrival is used. */
  readonly clockBroken: boolean
}

export type HubStatus = {
  readonly version: 1
  readonly pid: number
  readonly startedAtMs: number
  /** When this was written, ms: older than a few seconds means that the hub is gone. */
  readonly writtenAtMs: number
  readonly household: string
  readonly device: string
  readonly cameras: readonly CameraStatus[]
  readonly spool: SpoolStatus
  readonly vault: {
    readonly reachable: boolean | null
    readonly problem: string | null
    readonly lastAckMs: number | null
    /** Objects that the vault refused for good since the start; they are in `spool/quarantine`. */
    readonly refused: number
    readonly lastRefusal: string | null
    /** Objects that the vault acknowledged and did not list when their hour was to be signed. */
    readonly withheld: number
  }
  readonly chain: {
    /** Verified control entries, and leaves of the log. */
    readonly entries: number
    readonly logSize: number
    readonly syncedAtMs: number | null
    readonly problem: string | null
    /** Delete orders that are durably applied to the keys. */
    readonly appliedOrders: number
    /** When each witness last cosigned, by its clock. */
    readonly witnesses: readonly { readonly name: string; readonly cosignedAtMs: number }[]
  }
  /** The link by which a browser is let in; null while there is none. */
  readonly claim: ClaimStatus | null
  /** Browsers that belong to the household. */
  readonly browsers: number
}

export const STATUS_FILE = 'status.json'

/** Replaces the status as a whole, so that a reader never sees half of one. Not synced: it is news, not memory. */
export async function writeStatus(home: string, status: HubStatus): Promise<void> {
  const path = join(home, STATUS_FILE)
  await writeFile(`${path}.tmp`, `${JSON.stringify(status)}\n`, { mode: 0o600 })
  await rename(`${path}.tmp`, path)
}

/** The newest status of the hub in this folder; null when there never was one. */
export async function readStatus(home: string): Promise<HubStatus | null> {
  try {
    const value: HubStatus = JSON.parse(await readFile(join(home, STATUS_FILE), 'utf8'))
    return value.version === 1 ? value : null
  } catch {
    return null
  }
}
