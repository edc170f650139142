import { startCamera } from '@hausrecht/camera/camera'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { explainIo } from '../io-errors.ts'
import { runPart } from '../start/child.ts'
import { whoListensOn } from '../start/port.ts'
import { words } from './service-words.ts'

export const CAMERA_PORT = 8422

/** `hausrecht sample-camera` */
export const sampleCamera: Handler = async (context, _args, options) => {
  const { out, language, dataDir } = context
  const port = options.whole('port', 0, 65_535) ?? CAMERA_PORT
  const host = options.text('host')
  await runPart(
    async () => {
      const camera = await startCamera({ port, ...(host === undefined ? {} : { host }) }).catch(error => {
        if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
          throw CliError.of('port_taken', { port, who: whoListensOn(port) })
        throw explainIo(error, dataDir)
      })
      return { info: { url: camera.url, subUrl: camera.subUrl }, close: camera.close }
    },
    info => {
      out.line(words[language].cameraReady(String(info.url)))
      out.value({ type: 'ready', ...info })
    },
  )
  return 0
}
