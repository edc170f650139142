import type { RetentionRule } from '@hausrecht/chain/types'
import type { StreamId } from '@hausrecht/crypto/ids'
import type { OpenDevice } from './open-device.ts'
import { submit } from './submit.ts'

/** Says how long recordings are kept from now on, for all streams at once: these rules replace those before. For admins. */
export const setRetention = (device: OpenDevice, rules: readonly RetentionRule[]): Promise<unknown> =>
  submit(device, () => ({ statement: { type: 'retention', rules } }))

/** The rules with others for these streams, or (null) for all that have none of their own; `days` null is no end. */
export function rulesWith(
  rules: readonly RetentionRule[],
  streams: readonly StreamId[] | null,
  days: number | null,
): readonly RetentionRule[] {
  const isMeant = (rule: RetentionRule): boolean =>
    streams === null
      ? rule.stream === null && rule.kind === null
      : rule.stream !== null && streams.includes(rule.stream)
  const others = rules.filter(rule => !isMeant(rule))
  if (days === null) return others
  return [...others, ...(streams ?? [null]).map((stream): RetentionRule => ({ stream, kind: null, days }))]
}
