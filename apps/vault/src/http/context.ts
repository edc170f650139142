import type { Device, HouseholdState } from '@hausrecht/chain/state'
import type { DeviceId, HouseholdId } from '@hausrecht/crypto/ids'
import type { Claimed } from './signed.ts'

/** What a handler gets: everything checked, nothing of HTTP. */
export type Call = {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | number | undefined>>
  readonly body: unknown
  /** The raw body. */
  readonly bytes: Uint8Array
  readonly range: string | undefined
  readonly token: string | undefined
  /** Of a sign-in. */
  readonly session: string | undefined
  /** The page that a browser says it asks for. */
  readonly origin: string | undefined
  readonly claim: Claimed | null
  readonly signal: AbortSignal
}

/** A call for a household by one of its devices. */
export type MemberCall = Call & {
  readonly household: HouseholdId
  readonly state: HouseholdState
  readonly device: Device
}

/** A call by a device that asks to join (or by an admin about one that does). */
export type JoinerCall = Call & {
  readonly household: HouseholdId
  readonly state: HouseholdState
  readonly caller: DeviceId
  readonly isAdmin: boolean
}

export type Answer = {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object | string | Uint8Array
}
