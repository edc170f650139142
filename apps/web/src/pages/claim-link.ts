/** The part of an address that a hub's link carries: never sent to a server, because it stands after the `#`. */
const CLAIM = /#claim=[^\s]+/

/** The link as the engine takes it, when what was typed or pasted is one. */
export function claimIn(text: string): string | null {
  const trimmed = text.trim()
  if (!CLAIM.test(trimmed)) return null
  try {
    return new URL(trimmed, 'http://localhost').hash.startsWith('#claim=') ? trimmed : null
  } catch {
    return null
  }
}

/** Takes the link out of this page's address: it works once, and nobody should find it in the history. */
export function takeClaim(): string | null {
  const claim = claimIn(window.location.href)
  if (claim !== null) window.history.replaceState(null, '', window.location.pathname + window.location.search)
  return claim
}
