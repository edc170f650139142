import { type Access, decodeAccess, verifyAccess } from '@hausrecht/chain/access'
import { ChainError } from '@hausrecht/chain/errors'
import type { AccessGrant, AccessRequest } from '@hausrecht/contract/schemas'
import { equal, fromBase64, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import type { StreamId } from '@hausrecht/crypto/ids'
import { type OpenDevice, self } from './device.ts'
import { ClientError, ForkError } from './errors.ts'
import type { LeafRange } from './key-store.ts'

/** A logged access: what was asked for, and the token that opens it. */
export type GrantedAccess = LeafRange & {
  readonly stream: StreamId
  readonly token: string
  readonly expires: number
  readonly logIndex: number
}

/**
 * Asks to read a range and refuses the answer unless the log says so: the access entry is signed by the vault, names this device,
 * this range, this purpose and this very token, and stands in a checkpoint that is signed, cosigned and consistent with all that
 * was seen before. Afterwards this device is in sync.
 * @throws ClientError access_not_logged (with what differs) | not_cosigned; ForkError; VaultError
 */
export async function requestAccess(
  device: OpenDevice,
  stream: StreamId,
  { lo, hi }: LeafRange,
  signal?: AbortSignal,
): Promise<GrantedAccess> {
  self(device)
  const request: AccessRequest = { stream, lo, hi, purpose: 'own' }
  const grant = await device.vault.requestAccess(request, signal && { signal })
  const access = await readAccess(device, grant)
  checkSays(access, device, request, grant)
  try {
    await device.chain.proveIncluded(grant.logIndex, access.bytes)
  } catch (error) {
    // A fork, missing cosignatures or a rollback are worse than a missing entry and keep their own names.
    if (error instanceof ClientError && !(error instanceof ForkError) && error.code === 'log_mismatch')
      throw new ClientError('access_not_logged', error.detail, { cause: error })
    throw error
  }
  return { stream, lo, hi, token: grant.token, expires: grant.expires, logIndex: grant.logIndex }
}

async function readAccess(device: OpenDevice, grant: AccessGrant): Promise<Access> {
  try {
    const access = decodeAccess(fromBase64(grant.entry))
    await verifyAccess(access, device.chain.state.vaultKey)
    return access
  } catch (error) {
    if (error instanceof ChainError) throw new ClientError('access_not_logged', error.code, { cause: error })
    throw error
  }
}

function checkSays(access: Access, device: OpenDevice, asked: AccessRequest, grant: AccessGrant): void {
  const says: Readonly<Record<string, boolean>> = {
    reader: access.reader === device.id,
    stream: access.stream === asked.stream,
    range: access.lo === asked.lo && access.hi === asked.hi,
    purpose: access.purpose === asked.purpose,
    token: equal(access.tokenHash, sha256(utf8(grant.token))),
    expires: access.expires === grant.expires,
  }
  const wrong = Object.keys(says).find(name => says[name] === false)
  if (wrong !== undefined) throw new ClientError('access_not_logged', wrong)
}
