import { createReadStream, statSync } from 'node:fs'
import type { Extra } from './pages.ts'

/** A plain file under a path, whole or in ranges (RFC 9110 §14), as any web server gives it. */
export const plainFile =
  (path: string, file: string): Extra =>
  (request, response) => {
    if (request.url !== path) return false
    const { size } = statSync(file)
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const from = Number(range?.[1] ?? 0)
    const to = Math.min(size - 1, Number(range?.[2] || size - 1))
    response.writeHead(range === null ? 200 : 206, {
      'content-type': 'video/mp4',
      'accept-ranges': 'bytes',
      'content-length': to - from + 1,
      ...(range !== null && { 'content-range': `bytes ${from}-${to}/${size}` }),
    })
    const stream = createReadStream(file, { start: from, end: to })
    response.on('close', () => stream.destroy())
    stream.pipe(response)
    return true
  }
