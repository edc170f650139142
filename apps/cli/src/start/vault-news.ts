import { openHomeFolder } from '@hausrecht/client/node/home'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { VaultClient } from '@hausrecht/client/vault-client'
import type { Usage } from '@hausrecht/contract/schemas'

/** How often the vault is asked how much it keeps, in ms. */
export const NEWS_MS = 4000

export type VaultNews = Readonly<{ usage: Usage; pending: number }>

/** Asks the vault now and then how much it keeps and who waits to be let in; the last answer stays until the next. */
export function followVault(home: string): { latest(): VaultNews | undefined; close(): void } {
  const transport = httpTransport()
  let latest: VaultNews | undefined
  let busy = false
  const look = async (): Promise<void> => {
    const { facts, key } = await openHomeFolder(home)
    const vault = new VaultClient({ url: facts.vault, household: facts.household, key, transport })
    const [usage, pending] = [await vault.usage(), await vault.listPending()]
    latest = { usage, pending: pending.length }
  }
  const tick = (): void => {
    if (busy) return
    busy = true
    look()
      // The vault may be restarting: what was known stays, and the screen says that it restarts.
      .catch(() => {})
      .finally(() => {
        busy = false
      })
  }
  tick()
  const timer = setInterval(tick, NEWS_MS)
  return {
    latest: () => latest,
    close: () => {
      clearInterval(timer)
      transport.close()
    },
  }
}
