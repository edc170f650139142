import { StartError, VaultRefusal } from '../errors.ts'

/** An address at which people open the app, and the name that its passkeys belong to (WebAuthn §5.1.2). */
export type AppOrigin = { readonly origin: string; readonly rpId: string }

/** @throws StartError origin */
export function readOrigins(texts: readonly string[]): readonly AppOrigin[] {
  return texts.map(text => {
    const url = URL.canParse(text) ? new URL(text) : null
    // Browsers have WebAuthn and WebCrypto in secure contexts only, and passkeys for names only.
    const secure = url?.protocol === 'https:' || url?.hostname === 'localhost' || url?.hostname.endsWith('.localhost')
    const isName = url !== null && /[a-z]/.test(url.hostname) && !url.hostname.startsWith('[')
    if (url === null || url.origin !== text.replace(/\/$/, '') || !secure || !isName)
      throw new StartError(
        'origin',
        `The app cannot be opened at ${text}: it takes https://NAME or http://localhost:PORT.`,
      )
    return { origin: url.origin, rpId: url.hostname }
  })
}

/**
 * The origin a request says it comes from; the first one if it says none, which browsers do not.
 * @throws VaultRefusal bad_origin
 */
export function originOf(header: string | undefined, origins: readonly AppOrigin[]): AppOrigin {
  const found = header === undefined ? origins[0] : origins.find(({ origin }) => origin === header)
  if (found === undefined) throw new VaultRefusal('bad_origin')
  return found
}
