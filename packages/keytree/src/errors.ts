/** Every way this package refuses something. */
export const KEYTREE_ERRORS = {
  bad_leaf: 'not a leaf: an unsigned 32-bit number',
  bad_range: 'the range is empty or its ends are not leaves',
  bad_node: 'a node is malformed: depth, prefix or seed',
  overlap: 'the cover has a node above another one, or one that is held already with another seed',
  bad_cover: 'bytes are not a cover',
} as const

export type KeyTreeErrorCode = keyof typeof KEYTREE_ERRORS

export class KeyTreeError extends Error {
  readonly code: KeyTreeErrorCode
  constructor(code: KeyTreeErrorCode, detail?: string) {
    super(detail ? `${KEYTREE_ERRORS[code]}: ${detail}` : KEYTREE_ERRORS[code])
    this.name = 'KeyTreeError'
    this.code = code
  }
}
