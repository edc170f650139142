import type { Readable } from 'node:stream'
import { VaultRefusal } from '../errors.ts'

/**
 * Reads a body into one piece of memory, made once: what the socket brings is copied and let go at once, so that the collector
 * has little to do. @param announced its length by the header; not a number when there is none
 * @throws VaultRefusal too_large | bad_request
 */
export function readBody(stream: Readable, announced: number, limit: number): Promise<Uint8Array> {
  if (announced > limit) return Promise.reject(new VaultRefusal('too_large'))
  return new Promise((resolve, reject) => {
    let body = new Uint8Array(Number.isNaN(announced) ? 0 : announced)
    let length = 0
    stream.on('data', (part: Buffer) => {
      if (length + part.length > limit) {
        stream.removeAllListeners('data')
        stream.resume()
        reject(new VaultRefusal('too_large'))
        return
      }
      if (length + part.length > body.length) {
        // Chunked: nobody said how much comes.
        const larger = new Uint8Array(Math.min(limit, Math.max(length + part.length, 2 * body.length)))
        larger.set(body.subarray(0, length))
        body = larger
      }
      body.set(part, length)
      length += part.length
    })
    stream.once('end', () => {
      if (!Number.isNaN(announced) && length !== announced) reject(new VaultRefusal('bad_request'))
      else resolve(body.subarray(0, length))
    })
    stream.once('error', reject)
    stream.once('aborted', () => reject(new VaultRefusal('bad_request')))
  })
}
