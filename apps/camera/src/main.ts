import { parseArgs } from 'node:util'
import { startCamera } from './camera.ts'

/** The sample camera as a process: one JSON line on stdout when it is ready; SIGTERM or SIGINT ends it. */
const { values } = parseArgs({
  options: { port: { type: 'string', default: '8422' }, host: { type: 'string', default: '127.0.0.1' } },
})
const camera = await startCamera({ port: Number(values.port), host: values.host })
process.stdout.write(`${JSON.stringify({ ready: true, url: camera.url, subUrl: camera.subUrl })}\n`)
const stop = (): void => {
  void camera.close().then(() => process.exit(0))
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
process.once('disconnect', stop)
