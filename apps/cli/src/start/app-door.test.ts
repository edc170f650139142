import { CLAIM_WRONG_MAX, changeClaim, closeClaim, openClaim } from '@hausrecht/client/claim-code'
import { parseClaimLink } from '@hausrecht/client/claim-link'
import type { HomeFacts } from '@hausrecht/client/home'
import { MemoryStore } from '@hausrecht/client/memory-store'
import { householdIdFrom } from '@hausrecht/crypto/ids'
import { expect, test } from 'vitest'
import { appDoor } from './app-door.ts'

const household = householdIdFrom(new Uint8Array(16).fill(1))
const facts: HomeFacts = { household, vault: 'http://127.0.0.1:8420', witnesses: [], quorum: 0, name: 'Hub' }

test('what to open: the link while it is good, else the app, and whether a link died', async () => {
  const store = new MemoryStore()
  const own = { url: 'http://localhost:8420/', link: false, dead: false }
  expect(await appDoor(store, facts, 0)).toEqual(own)
  const claim = await openClaim(store, 1000)
  const offered = await appDoor(store, facts, 999)
  expect(offered).toMatchObject({ link: true, dead: false })
  expect(parseClaimLink(offered.url)).toMatchObject({ code: claim.code, household, vault: 'http://localhost:8420' })
  expect(await appDoor(store, facts, 1000)).toEqual({ ...own, dead: true })
  await changeClaim(store, claim, { wrong: CLAIM_WRONG_MAX })
  expect(await appDoor(store, facts, 0)).toEqual({ ...own, dead: true })
  await closeClaim(store, claim)
  expect(await appDoor(store, facts, 0)).toEqual(own)
})
