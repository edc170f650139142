import type { PasskeyFacts } from './schemas.ts'

/**
 * What a passkey's user handle is a hash of, after the household's id: the witnesses that a browser which comes by it has to demand. An
 * authenticator hands the handle out as it got it, so a vault that leaves witnesses out is noticed. docs/formats/join.md §Passkeys
 */
export const handleText = ({ witnesses, quorum }: PasskeyFacts): string =>
  `hh/passkey/1\n${[quorum, ...witnesses].join('\n')}`

/** Names of what the vault's answers leave to the page: the vault does not learn what people call their household. */
export const PASSKEY_USER = 'Hausrecht'
