import { concat, fromBase64, toBase64, toHex, u32be, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { isAcceptableKey } from '@hausrecht/crypto/signature'
import { TlogError } from './errors.ts'

/**
 * Signed notes, c2sp.org/signed-note@v1.0.0. Notes come from the network: everything is bounded and checked.
 * The specification asks for room for 16 signatures of post-quantum size (5 kB, more in base64).
 */
export const NOTE_MAX_LENGTH = 128 * 1024
export const NOTE_MAX_SIGNATURES = 32
export const KEY_NAME_MAX_LENGTH = 255
export const TYPE_ED25519 = 0x01
export const TYPE_COSIGNATURE = 0x04

/** A key that may sign notes: type 0x01 (a log) or 0x04 (a cosigner), Ed25519. */
export type NoteKey = {
  readonly name: string
  readonly type: number
  readonly publicKey: Uint8Array
  readonly id: number
}
export type NoteSignature = { readonly name: string; readonly keyId: number; readonly bytes: Uint8Array }
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] }

// biome-ignore lint/suspicious/noControlCharactersInRegex: notes must be refused for having control characters
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/
// Unicode spaces, not JavaScript's \s, which counts U+FEFF and forgets U+0085.
const KEY_NAME = /^[^\p{White_Space}+]+$/u

const isKeyName = (name: string): boolean => name.length <= KEY_NAME_MAX_LENGTH && KEY_NAME.test(name)

/** SHA-256(name ‖ newline ‖ type ‖ public key), the first four bytes. */
export function noteKey(name: string, type: number, publicKey: Uint8Array): NoteKey {
  if (!isKeyName(name) || !isAcceptableKey(publicKey)) throw new TlogError('bad_key')
  const digest = sha256(utf8(`${name}\n`), Uint8Array.of(type), publicKey)
  return { name, type, publicKey, id: new DataView(digest.buffer, digest.byteOffset).getUint32(0) }
}

/** `<name>+<key id>+<base64(type ‖ public key)>` */
export const formatVkey = (key: NoteKey): string =>
  `${key.name}+${toHex(u32be(key.id))}+${toBase64(concat(Uint8Array.of(key.type), key.publicKey))}`

/** @throws TlogError bad_key */
export function parseVkey(text: string): NoteKey {
  const [name, id, material, ...rest] = text.trim().split('+')
  // base64 has plus signs of its own
  const encoded = [material ?? '', ...rest].join('+')
  let bytes: Uint8Array
  try {
    bytes = fromBase64(encoded)
  } catch {
    throw new TlogError('bad_key')
  }
  const type = bytes[0]
  if (!name || bytes.length !== 33 || (type !== TYPE_ED25519 && type !== TYPE_COSIGNATURE))
    throw new TlogError('bad_key')
  const key = noteKey(name, type, bytes.slice(1))
  if (toHex(u32be(key.id)) !== id) throw new TlogError('bad_key', 'key id')
  return key
}

/** One signature line, with its newline. */
export const signatureLine = (key: NoteKey, signature: Uint8Array): string =>
  `\u2014 ${key.name} ${toBase64(concat(u32be(key.id), signature))}\n`

/** `note` is text that was UTF-8; whoever has bytes decodes them strictly. @throws TlogError bad_note */
export function parseNote(note: string): Note {
  if (note.length > NOTE_MAX_LENGTH || !note.isWellFormed() || CONTROL.test(note)) throw new TlogError('bad_note')
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) throw new TlogError('bad_note')
  return { text: note.slice(0, split + 1), signatures: parseSignatureLines(note.slice(split + 2)) }
}

/** Signature lines alone, as a witness answers. @throws TlogError bad_note */
export function parseSignatureLines(text: string): readonly NoteSignature[] {
  if (text.length > NOTE_MAX_LENGTH) throw new TlogError('bad_note')
  const lines = text.split('\n')
  if (lines.pop() !== '' || lines.length === 0 || lines.length > NOTE_MAX_SIGNATURES) throw new TlogError('bad_note')
  return lines.map(line => {
    const [dash, name, encoded, ...rest] = line.split(' ')
    if (dash !== '\u2014' || !name || !isKeyName(name) || !encoded || rest.length > 0) throw new TlogError('bad_note')
    let bytes: Uint8Array
    try {
      bytes = fromBase64(encoded)
    } catch {
      throw new TlogError('bad_note')
    }
    if (bytes.length < 5) throw new TlogError('bad_note')
    return { name, keyId: new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), bytes: bytes.slice(4) }
  })
}

/** True when the line claims to be by this key: same name and key id. Whether it is remains to be verified. */
export const signedBy = (key: NoteKey, signature: NoteSignature): boolean =>
  signature.name === key.name && signature.keyId === key.id
