import { toBase64 } from '@hausrecht/crypto/bytes'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import { parseClaimLink } from './claim-link.ts'
import { confirmProof, sealName } from './claim-proofs.ts'
import type { OpenDevice, Surroundings } from './device.ts'
import { askToJoin, type JoinSteps } from './join.ts'
import type { Store } from './store.ts'

export type ClaimSteps = JoinSteps & {
  /** Resolves when the person said that the hub shows the same digits; rejects when it does not. */
  readonly confirm: () => Promise<void>
}

/**
 * Takes over a household by the link that its hub shows: joins as a browser that is an admin, without anybody at another device. The
 * code proves hub and browser to each other, so a vault in the middle is noticed even where nobody compares; the hub admits only after
 * `confirm`, and the code is used up by it.
 * @param page address of the page, for a link typed without its beginning
 * @throws ClientError bad_argument | claim_refused (used, dead or of nobody who listens) | join_broken (who answered does not know the
 *   code) | join_cancelled (a newer request by the same link came, or the hub restarted: ask again) | join_expired | join_substituted;
 *   VaultError; what `confirm` rejects with
 */
export async function claimHousehold(
  store: Store,
  { link, name, page }: { readonly link: string; readonly name: string; readonly page?: string },
  around: Surroundings,
  steps: ClaimSteps,
): Promise<OpenDevice> {
  const { code, ...invite } = parseClaimLink(link, page)
  return askToJoin(store, { invite, name, browser: true }, around, steps, {
    code,
    agree: async (vault, transcript, attempt) => {
      await attempt.whileStanding(steps.confirm())
      const mac = toBase64(confirmProof(code, transcript))
      await vault.confirmPending(deviceIdOf(transcript.joiner.publicKey), {
        mac,
        name: await sealName(code, transcript, name),
      })
    },
  })
}
