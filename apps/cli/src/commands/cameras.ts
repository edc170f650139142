import { stopStream } from '@hausrecht/client/household'
import { readNames } from '@hausrecht/client/names'
import { readCameras, writeCameras } from '@hausrecht/hub/cameras'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { cutTo, harmless, padTo, widthOf } from '../terminal/width.ts'
import { moment } from '../time/format.ts'
import { atHome } from './at-home.ts'
import { words } from './camera-words.ts'
import { pickCamera } from './pick.ts'

/** `hausrecht cameras list` */
export const list: Handler = context =>
  atHome(
    context,
    async ({ device, home }) => {
      const { out, language, invocation, clock } = context
      const t = words[language]
      const [{ cameras }, recorded] = [await readNames(device), await readCameras(home)]
      if (cameras.length === 0) out.line(t.none(invocation))
      const width = Math.max(0, ...cameras.map(({ name }) => widthOf(harmless(name))))
      for (const camera of cameras) {
        const entry = recorded.find(({ video }) => video === camera.video)
        const state =
          camera.stoppedAt !== null
            ? t.stopped(moment(camera.stoppedAt, clock.now(), language))
            : camera.recorder === device.id
              ? t.recorded
              : t.recordedElsewhere
        const line = `${out.style.strong(padTo(harmless(camera.name), width))}  ${state}  ${out.style.quiet(entry?.url ?? '')}`
        out.line(out.live ? cutTo(line, out.columns()) : line.trimEnd())
      }
      out.value({
        cameras: cameras.map(({ name, video, audio, addedAt, stoppedAt }) => {
          const entry = recorded.find(other => other.video === video)
          return { name, video, audio, addedAt, stoppedAt, ...(entry === undefined ? {} : { url: entry.url }) }
        }),
      })
      return 0
    },
    { offline: true },
  )

/** `hausrecht cameras remove CAMERA`: the hub stops first, then the chain says so. */
export const remove: Handler = (context, [name = ''], options) =>
  atHome(context, async ({ device, home }) => {
    const { out, ask, language } = context
    const t = words[language]
    const camera = pickCamera(
      (await readNames(device)).cameras.filter(({ stoppedAt }) => stoppedAt === null),
      name,
    )
    if (camera.recorder !== device.id) throw CliError.of('not_allowed', { reason: t.notRecordedHere })
    if (!options.flag('yes')) {
      if (!ask.possible || out.json) throw CliError.of('needs_yes', { what: t.removeNeedsYes(camera.name) })
      if (!(await ask.yes(t.removeAsk(camera.name)))) throw CliError.of('declined', {})
    }
    await writeCameras(
      home,
      (await readCameras(home)).filter(({ video }) => video !== camera.video),
    )
    for (const stream of [camera.video, camera.audio, camera.sub]) if (stream !== null) await stopStream(device, stream)
    out.line(t.removed(harmless(camera.name)))
    out.value({ removed: camera.name })
    return 0
  })
