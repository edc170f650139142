import { isOpen, openClaim, readClaim } from '@hausrecht/client/claim-code'
import { appAddress, formatClaimLink } from '@hausrecht/client/claim-link'
import type { OpenDevice } from '@hausrecht/client/device'
import type { HomeFacts } from '@hausrecht/client/home'
import type { Store } from '@hausrecht/client/store'

/** What to open in a browser. */
export type AppDoor = Readonly<{
  url: string
  /** The address is a link that lets one browser in, without anybody at another device. */
  link: boolean
  /** There was a link, but it opens nothing any more. */
  dead: boolean
}>

/** The hub's link while it waits for a browser, else the app itself. */
export async function appDoor(store: Store, facts: HomeFacts, now: number): Promise<AppDoor> {
  const claim = await readClaim(store)
  const open = claim !== null && isOpen(claim, now)
  if (open) return { url: formatClaimLink({ ...facts, code: claim.code }), link: true, dead: false }
  return { url: appAddress(facts.vault), link: false, dead: claim !== null }
}

/** A household that never had a browser gets a link for its first one. */
export async function offerFirstLink({ chain, store }: OpenDevice): Promise<void> {
  const had = [...chain.state.devices.values()].some(({ roles }) => roles.includes('session'))
  if (!had && (await readClaim(store)) === null) await openClaim(store, null)
}
