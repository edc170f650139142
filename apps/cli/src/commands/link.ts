import { hasRole } from '@hausrecht/chain/rights'
import { CLAIM_EXPIRES_MS, openClaim } from '@hausrecht/client/claim-code'
import { formatClaimLink } from '@hausrecht/client/claim-link'
import { openHomeFolder, runningHub } from '@hausrecht/client/node/home'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { atHome } from './at-home.ts'
import { words } from './link-words.ts'

const HOUR_MS = 3600_000

/** `hausrecht link`: a new link for a browser, in place of any older one. */
export const link: Handler = context =>
  atHome(
    context,
    async ({ device, home }) => {
      const { out, language, invocation, clock } = context
      const t = words[language]
      if (!hasRole(device.chain.state, device.id, 'admin')) throw CliError.of('not_allowed', { reason: t.mayNot })
      const expiresAt = clock.now() + CLAIM_EXPIRES_MS
      const { code } = await openClaim(device.store, expiresAt)
      const { facts } = await openHomeFolder(home)
      const url = formatClaimLink({ ...facts, code })
      out.line(t.link)
      out.line('')
      out.line(out.style.link(out.style.strong(url), url))
      out.line('')
      out.line(t.secret(CLAIM_EXPIRES_MS / HOUR_MS))
      out.line(t.compare)
      if (runningHub(home) === null) out.line(out.style.waits(t.notRunning(invocation)))
      out.value({ type: 'link', url, expiresAt })
      return 0
    },
    { offline: true },
  )
