import { VaultError } from '@hausrecht/client/vault-error'
import { ERROR_CODES, ERRORS } from '@hausrecht/contract/errors'
import { newObjectId, newStreamId } from '@hausrecht/crypto/ids'
import { expect, test } from 'vitest'
import { putTo } from './put.ts'

const meta = {
  stream: newStreamId(),
  gen: 0,
  leaf: 1,
  objectId: newObjectId(),
  kind: 1,
  sequence: 0,
  startMs: 0,
  durationMs: 0,
  lost: 0,
}
const entry = { position: 1, meta, blob: new Uint8Array(3) }
const { signal } = new AbortController()

const answering = (error: Error | null) =>
  putTo({
    putObject: async object => {
      if (error !== null) throw error
      return { objectId: object, stored: 'new' as const }
    },
  })(entry, signal)

test('stored', async () => {
  expect(await answering(null)).toEqual({ type: 'stored' })
})

test.each(ERROR_CODES)('%s', async code => {
  const { type } = await answering(new VaultError(code, code, { status: ERRORS[code][0] }))
  const good = new Set(['object_differs', 'bad_segment', 'bad_id', 'too_large', 'unsupported_media_type'])
  expect(type).toBe(code === 'deleted_range' ? 'deleted' : good.has(code) ? 'refused' : 'later')
})

test('a vault that is away is asked later, when it says', async () => {
  expect(await answering(new VaultError('unreachable', 'no'))).toEqual({ type: 'later', code: 'unreachable' })
  expect(await answering(new VaultError('busy', 'no', { status: 503, retryAfterMs: 7000 }))).toEqual({
    type: 'later',
    code: 'busy',
    retryAfterMs: 7000,
  })
})

test('an error of our own is not hidden', async () => {
  await expect(answering(new TypeError('bug'))).rejects.toThrow('bug')
})
