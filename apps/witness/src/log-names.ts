import { fromBase64 } from '@hausrecht/crypto/bytes'
import { PUBLIC_KEY_BYTES } from '@hausrecht/crypto/signature'
import { parseVkey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { WitnessError } from './errors.ts'
import type { WitnessedLog, WitnessedVault } from './witness.ts'

/** `vault.example=<base64 of the vault's public key>`, for all logs of a vault, or the verifier key of one log. */
export function parseLog(text: string): WitnessedVault | WitnessedLog {
  const one = readVkey(text)
  if (one !== null) return one
  const at = text.indexOf('=')
  const publicKey = readKey(text.slice(at + 1))
  if (at < 1 || publicKey === null) throw new WitnessError('bad_config', `--log ${text}`)
  return { originPrefix: text.slice(0, at), publicKey }
}

/** One log by its verifier key of type 0x01, as a policy file names it; null for anything else. */
export function readVkey(text: string): WitnessedLog | null {
  try {
    const { name, type, publicKey } = parseVkey(text)
    return type === TYPE_ED25519 ? { origin: name, publicKey } : null
  } catch {
    return null
  }
}

function readKey(text: string): Uint8Array | null {
  try {
    const key = fromBase64(text)
    return key.length === PUBLIC_KEY_BYTES ? key : null
  } catch {
    return null
  }
}
