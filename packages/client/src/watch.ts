import { LIMITS } from '@hausrecht/contract/limits'
import type { Synced } from './chain.ts'
import { type OpenDevice, sync } from './device.ts'
import { ForkError } from './errors.ts'
import { backoff, pause } from './http-call.ts'

/**
 * Follows the chain as it grows: a long poll says that there is something, the log says what. Delete orders are applied before
 * `onChange` is called. Goes on after failures, which `onError` sees; stops for good at a fork.
 */
export async function watchChain(
  device: OpenDevice,
  handlers: {
    readonly signal: AbortSignal
    readonly onChange: (synced: Synced) => void | Promise<void>
    readonly onError?: (error: unknown) => void
  },
): Promise<void> {
  const { signal } = handlers
  for (let failures = 0; !signal.aborted; ) {
    try {
      const synced = await sync(device)
      if (synced.entries.length > 0) await handlers.onChange(synced)
      await device.vault.listEntries(device.chain.entries.length, LIMITS.waitSeconds, { signal, attempts: 1 })
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      handlers.onError?.(error)
      if (error instanceof ForkError && error.code === 'log_forked') throw error
      failures++
      await pause(backoff(failures, Math.random), signal).catch(() => undefined)
    }
  }
}
