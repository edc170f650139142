/** Sealed bytes by name. A name is `<household>/<object id>`; both are base32, so no path can be made of them. */
export type BlobStore = {
  /**
   * Durable when it returns; the same name again replaces. Nothing is under the name before `leave` has resolved, and nothing
   * ever when it is rejected: bytes may be written while somebody still looks whether they are wanted.
   */
  put(name: BlobName, bytes: Uint8Array, leave?: Promise<unknown>): Promise<void>
  /** The whole blob, or bytes [start, end); null when there is none. */
  get(name: BlobName, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array | null>
  /** Its size, or null when it is not there. */
  size(name: BlobName): Promise<number | null>
  /**
   * Removes blobs and looks for them again, by another way than the one that removed them. Gives those that are still there, or of which
   * that is not known, with the reason. Removing what is not there is fine.
   */
  remove(names: readonly BlobName[]): Promise<readonly { readonly name: BlobName; readonly reason: string }[]>
  /** All blobs of a household by id, in pages that together leave no id out: for the sweep, which compares them with the index. */
  pages(household: string): AsyncIterable<BlobPage>
  /** What this store is, for the health page. @throws when it cannot be used */
  check(): Promise<string>
}

export type BlobName = { readonly household: string; readonly object: string }

/** Every blob with an id after `after` and up to `through` is in it. */
export type BlobPage = {
  readonly after: string
  readonly through: string
  /** `at`: last written, ms since 1970, by the store's clock. */
  readonly blobs: readonly { readonly object: string; readonly at: number }[]
}
/** No id of 26 characters comes after it. */
export const LAST_ID = 'z'.repeat(26)
