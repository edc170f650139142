import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppFile, AppFiles } from './app-files.ts'
import { appHeaders } from './headers.ts'

/** Answers a request for a file or a page of the app; false when it is for neither. */
export async function serveApp(
  files: AppFiles,
  request: FastifyRequest,
  reply: FastifyReply,
  isTls: boolean,
): Promise<boolean> {
  const { method, headers } = request
  if (method !== 'GET' && method !== 'HEAD') return false
  const file = await files.find(request.url.split('?')[0] ?? '')
  if (!file) return false
  const [encoding, bytes] = choose(file, headers['accept-encoding'])
  // The same content has another name in each encoding (RFC 9110 §8.8.3.3).
  const etag = encoding === null ? file.etag : `${file.etag.slice(0, -1)}-${encoding}"`
  reply.headers({
    ...appHeaders(headers.host, isTls),
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
    ...(file.packed.size > 0 && { vary: 'accept-encoding' }),
  })
  if (headers['if-none-match']?.split(',').some(tag => tag.trim().replace(/^W\//, '') === etag)) {
    reply.status(304).send()
    return true
  }
  if (encoding !== null) reply.header('content-encoding', encoding)
  reply.status(200).type(file.type).header('content-length', bytes.length)
  if (method === 'HEAD') reply.send()
  else reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  return true
}

/** The best encoding that the browser takes. One that it gives the weight 0 it does not take; other weights do not matter here. */
function choose(file: AppFile, accept = ''): readonly [string | null, Uint8Array] {
  const taken = accept
    .split(',')
    .filter(part => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map(part => part.split(';')[0]?.trim().toLowerCase())
  for (const [encoding, bytes] of file.packed) if (taken.includes(encoding)) return [encoding, bytes]
  return [null, file.bytes]
}
