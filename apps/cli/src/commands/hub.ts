import { isHomeFolder } from '@hausrecht/client/node/home'
import { readCameras } from '@hausrecht/hub/cameras'
import { startHub } from '@hausrecht/hub/hub'
import { pino } from 'pino'
import { layout } from '../data-folder.ts'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { runPart } from '../start/child.ts'
import { words } from './service-words.ts'

/** Log lines go to stderr: the supervisor keeps them in DATA/logs. */
export const serviceLog = (level: string | undefined) =>
  pino({ level: level ?? 'info' }, pino.destination({ dest: 2, sync: true }))

/** `hausrecht hub` */
export const hub: Handler = async context => {
  const { out, language, dataDir, env } = context
  const { home } = layout(dataDir)
  if (!(await isHomeFolder(home))) throw CliError.of('not_set_up', { path: dataDir })
  await runPart(
    async () => {
      const running = await startHub({ home, log: serviceLog(env.HAUSRECHT_LOG) })
      return { info: { cameras: (await readCameras(home)).length }, close: running.close }
    },
    info => {
      out.line(words[language].hubReady(Number(info.cameras)))
      out.value({ type: 'ready', ...info })
    },
  )
  return 0
}
