import { type Entry, isCommutative, NO_PREVIOUS, signEntry } from '@hausrecht/chain/entry'
import type { Statement } from '@hausrecht/chain/types'
import { equal } from '@hausrecht/crypto/bytes'
import type { LoggedEntry } from './chain-state.ts'
import { type OpenDevice, self, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { type EntryPayload, sealPayload } from './payload.ts'
import { VaultError } from './vault-error.ts'

/** How often an entry is signed again because others were faster. */
export const CONFLICTS_MAX = 8

export type Submission = {
  readonly statement: Statement
  /** Sealed under the log stream; the entry commits to it. */
  readonly payload?: EntryPayload
  /** Called with each signed entry before it is sent, and with those that were refused. */
  readonly before?: (entry: Entry) => Promise<void>
  readonly refused?: (entry: Entry) => Promise<void>
}

/**
 * Signs a statement on top of the newest state, sends it and finds it again in the verified log. When others were faster it is
 * made and signed anew; `make` sees the newest state each time.
 * @throws VaultError entry_rejected …; ClientError entry_lost when the vault said yes and its log says no
 */
export async function submit(device: OpenDevice, make: () => Submission | Promise<Submission>): Promise<LoggedEntry> {
  return device.store.exclusive('submit', async () => {
    await sync(device)
    for (let attempt = 1; ; attempt++) {
      const submission = await make()
      const sealed = submission.payload === undefined ? null : await sealPayload(device, submission.payload)
      const entry = await sign(device, submission.statement, sealed?.commitment ?? null)
      await submission.before?.(entry)
      const outcome = await send(device, entry, sealed?.bytes ?? null)
      await sync(device)
      const logged = device.chain.entries.findLast(other => equal(other.entry.hash, entry.hash))
      if (logged !== undefined) return logged
      if (outcome === null) throw new ClientError('entry_lost')
      // It may still arrive if the answer was lost; what was kept for it is settled by the next sync then.
      if (outcome.status >= 400 && outcome.status < 500) await submission.refused?.(entry)
      if (outcome.code !== 'chain_conflict' || attempt >= CONFLICTS_MAX) throw outcome
    }
  })
}

async function send(device: OpenDevice, entry: Entry, payload: Uint8Array | null): Promise<VaultError | null> {
  try {
    await device.vault.appendEntry(entry.bytes, payload)
    return null
  } catch (error) {
    if (error instanceof VaultError) return error
    throw error
  }
}

function sign(device: OpenDevice, statement: Statement, commitment: Uint8Array | null): Promise<Entry> {
  const { state } = device.chain
  const own = self(device)
  const alone = isCommutative(statement)
  const place = alone
    ? { sequence: own.written, previous: own.written === 0 ? NO_PREVIOUS : own.last }
    : { sequence: state.length, previous: state.head }
  return signEntry({ ...place, time: device.clock.now(), actor: device.id, statement, commitment }, device.key)
}
