/** A secret of the model by name: a node of a key tree, a share, a private key. */
export type SecretName = string

type Edge = { readonly needs: readonly SecretName[]; readonly gives: readonly SecretName[] }

/**
 * A key-disclosure graph (Reardon, Basin, Čapkun 2013): whoever has all that an edge needs gets what it gives. An edge is a derivation, or
 * a ciphertext that somebody keeps; edges are never taken away, as the adversary keeps every byte.
 */
export class DisclosureGraph {
  readonly #byNeed = new Map<SecretName, Edge[]>()

  add(needs: readonly SecretName[], gives: readonly SecretName[]): void {
    const edge = { needs, gives }
    for (const need of needs) this.#byNeed.set(need, [...(this.#byNeed.get(need) ?? []), edge])
  }

  /** Everything that can be had from some secrets. */
  reach(seized: Iterable<SecretName>): ReadonlySet<SecretName> {
    const known = new Set(seized)
    for (const secret of known)
      for (const { needs, gives } of this.#byNeed.get(secret) ?? [])
        if (needs.every(need => known.has(need))) for (const given of gives) known.add(given)
    return known
  }
}
