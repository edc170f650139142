import type { DeviceId, HouseholdId } from '@hausrecht/crypto/ids'
import type { SigningKey } from '@hausrecht/crypto/signature'
import type { Chain } from './chain.ts'
import type { Clock } from './clock.ts'
import type { KeyStore } from './key-store.ts'
import type { Store } from './store.ts'
import type { VaultClient } from './vault-client.ts'

/** A device of a household at work: what hub, command line and app share. */
export type OpenDevice = {
  readonly id: DeviceId
  readonly key: SigningKey
  readonly name: string
  readonly household: HouseholdId
  readonly store: Store
  readonly vault: VaultClient
  readonly chain: Chain
  readonly keys: KeyStore
  readonly clock: Clock
}
