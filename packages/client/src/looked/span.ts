import type { Access } from '@hausrecht/chain/access'
import { leafStart, MAX_LEAF, nextLeaf } from '@hausrecht/keytree/leaf'

/**
 * When what may be read by an access was recorded, ms; `to` is not in it. Whoever asks chooses `hi`: behind the last leaf that there is
 * time ends, so that no access can break the list it is in.
 */
export const spanOf = ({ lo, hi }: Pick<Access, 'lo' | 'hi'>): { readonly from: number; readonly to: number } => ({
  from: leafStart(lo),
  to: leafStart(Math.min(nextLeaf(hi), MAX_LEAF)),
})
