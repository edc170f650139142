import { concat, utf8 } from '@hausrecht/crypto/bytes'
import { hkdfExpand256 } from '@hausrecht/crypto/hash'
import { idBytes, type ObjectId } from '@hausrecht/crypto/ids'
import { Secret } from '@hausrecht/crypto/secret'

/** HKDF-Expand(leaf, "hh/obj/1" ‖ kind ‖ object id, 32): each object has a key of its own below its leaf. */
export function objectKey(leafKey: Secret, kind: number, objectId: ObjectId): Secret {
  const info = concat(utf8('hh/obj/1'), Uint8Array.of(kind), idBytes(objectId))
  return leafKey.use(bytes => Secret.from(hkdfExpand256(bytes, info, 32)))
}
