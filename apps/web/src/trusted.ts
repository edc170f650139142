type Policy = { readonly createScriptURL: (url: string) => string }
declare global {
  interface Window {
    readonly trustedTypes?: { createPolicy(name: string, rules: Policy): Policy }
  }
}

/** The scripts that are started by their address: the engine's worker and the service worker, both files of this app. */
const allowed = new Set<string>()
let policy: Policy | null = null

/**
 * The one Trusted Types policy of the page. What it lets through are addresses that our own code names here; nothing that was
 * read from anywhere becomes a script.
 */
export function scriptUrl(url: string): string {
  allowed.add(url)
  policy ??=
    window.trustedTypes?.createPolicy('hausrecht', {
      createScriptURL: given => {
        if (!allowed.has(given)) throw new TypeError('not a script of this app')
        return given
      },
    }) ?? null
  return policy?.createScriptURL(url) ?? url
}
