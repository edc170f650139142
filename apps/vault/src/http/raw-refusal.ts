import { STATUS_CODES } from 'node:http'
import type { VaultRefusal } from '../errors.ts'

/** A refusal as the bytes of an HTTP answer, for where there is no reply to send it with. */
export function rawRefusal(refusal: VaultRefusal): string {
  const problem = refusal.toProblem()
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Refused'}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
