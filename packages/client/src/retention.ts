import { firstKept, RETENTION_STEP_MS } from '@hausrecht/chain/retention'
import type { DeleteRange, RetentionRule } from '@hausrecht/chain/types'
import { decode, encode } from '@hausrecht/crypto/cbor'
import { householdNow } from './household-clock.ts'
import type { KeyStore } from './key-store.ts'
import type { OpenDevice } from './open-device.ts'
import { withdrawPackets } from './packet-ledger.ts'
import { forgetUnderWay } from './under-way.ts'

const APPLIED = 'retention-applied'
const DAY_MS = 86_400_000

type Round = { readonly hour: number; readonly rules: readonly RetentionRule[] }
/** The rules and the hour that the keys in this process's memory were last cut by. */
const inMemory = new WeakMap<KeyStore, Round>()

/**
 * Forgets the keys of what is not kept any more, by the rules of the chain and the household's clock. Nobody asks for it: it is called
 * with every look at the log and at every start, and does something once an hour. Repeating it changes nothing.
 */
export async function applyRetention(device: OpenDevice, now: number = householdNow(device)): Promise<void> {
  const { chain, keys } = device
  const rules = chain.state.retention
  const hour = Math.floor(now / RETENTION_STEP_MS) * RETENTION_STEP_MS
  const before = inMemory.get(keys)
  if (rules.length === 0 || (before !== undefined && before.rules === rules && before.hour >= hour)) return
  const ends = new Map(keys.held().map(({ stream }) => [stream, firstKept(chain.state, stream, now)]))
  const ranges = [...ends].flatMap(([stream, first]): DeleteRange[] =>
    first === 0 ? [] : [{ stream, lo: 0, hi: first - 1 }],
  )
  const since = await retainedUntil(device)
  await device.store.exclusive('orders', async () => {
    // Packets are sealed anew without what has ended, but not every hour: each costs a one-time key.
    if (dayOf(hour) > dayOf(since) && ranges.length > 0) {
      forgetUnderWay(keys)
      await withdrawPackets(device)
    }
    for (const { stream, lo, hi } of ranges) if (stream !== null) await keys.puncture(stream, { lo, hi })
    if (hour > since) await device.store.write(APPLIED, encode(hour))
  })
  inMemory.set(keys, { hour, rules })
}

const dayOf = (time: number): number => Math.floor(time / DAY_MS)

/** Up to which hour this device has applied the rules to its keys, ms; 0 for never. */
export async function retainedUntil({ store }: Pick<OpenDevice, 'store'>): Promise<number> {
  const bytes = await store.read(APPLIED)
  const time = bytes === null ? 0 : decode(bytes)
  return typeof time === 'number' ? time : 0
}
