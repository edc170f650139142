import { startCamera } from '@hausrecht/camera/camera'
import { CliError } from '../errors.ts'
import type { Handler } from '../handlers.ts'
import { explainIo } from '../io-errors.ts'
import { runPart } from '../start/child.ts'
import { whoListensOn } from '../start/port.ts'

export const CAMERA_PORT = 8422

/** `hausrecht sample-camera` */
export const sampleCamera: Handler = async (context, _args, options) => {
  const { out, dataDir } = context
  const port = options.whole('port', 0, 65_535) ?? CAMERA_PORT
  const host = options.text('host')
  await runPart(
    async () => {
      const running = await startCamera({ port, ...(host === undefined ? {} : { host }) }).catch(error => {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code === 'EADDRINUSE') throw CliError.of('port_taken', { port, who: whoListensOn(port) }, { cause: error })
        throw explainIo(error, dataDir)
      })
      return { info: { url: running.url, subUrl: running.subUrl }, close: running.close }
    },
    info => {
      out.line(String(info.url))
      out.value({ type: 'ready', ...info })
    },
  )
  return 0
}
