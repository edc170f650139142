import { NAME_MAX } from '@hausrecht/client/home'
import { addCamera } from '@hausrecht/client/household'
import { readNames } from '@hausrecht/client/names'
import { runningHub } from '@hausrecht/client/node/home'
import { readCameras, writeCameras } from '@hausrecht/hub/cameras'
import { RtspError } from '@hausrecht/rtsp/errors'
import type { Probe } from '@hausrecht/rtsp/probe'
import { type CameraAddress, readAddress, withLogin } from '../camera-address.ts'
import { explainCamera, probeCamera } from '../camera-probe.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { codecName } from '../screen/gather.ts'
import { harmless } from '../terminal/width.ts'
import { bitrate, number } from '../time/format.ts'
import { atHome } from './at-home.ts'
import { words } from './camera-words.ts'

async function lookAt(
  context: Context,
  text: string,
  address: () => Promise<CameraAddress>,
): Promise<{ address: CameraAddress; found: Probe }> {
  const { out, language, signal } = context
  try {
    const read = await address()
    out.line(words[language].looking(read.url))
    return { address: read, found: await probeCamera(withLogin(read), { signal }) }
  } catch (error) {
    throw error instanceof RtspError ? explainCamera(error, text) : error
  }
}

/** What was found, one thing a line. */
function show({ out, language }: Context, { video, audio, unsupportedAudio, transport, subStreams }: Probe): void {
  const t = words[language]
  const line = (label: string, text: string): void =>
    out.line(`  ${out.style.quiet(label.padEnd(12))}${harmless(text)}`)
  const rate = video.fps === null ? '' : `, ${number(video.fps, language, Number.isInteger(video.fps) ? 0 : 2)} fps`
  const bits = video.bitsPerSecond === null ? '' : `, ${bitrate(video.bitsPerSecond, language)}`
  line(t.picture, `${video.width}×${video.height} ${codecName(video.codec)}${rate}${bits}`)
  const sound =
    audio === null
      ? undefined
      : `${codecName(audio.codec)}, ${number(audio.sampleRate / 1000, language, audio.sampleRate % 1000 === 0 ? 0 : 1)} kHz`
  line(t.sound, sound ?? t.noSound)
  if (unsupportedAudio !== null) out.line(`  ${out.style.waits(t.soundLeft(harmless(unsupportedAudio)))}`)
  line(t.way, transport.toUpperCase())
  for (const address of subStreams) line(t.subStreams, address)
}

/** `hausrecht cameras probe URL` */
export const look: Handler = async (context, [text = ''], options) => {
  const { address, found } = await lookAt(context, text, () => readAddress(context, text, options))
  show(context, found)
  context.out.value({ url: address.url, ...found })
  return 0
}

/** `hausrecht cameras add URL`: nothing is written before the camera has shown a picture. */
export const add: Handler = (context, [text = ''], options) =>
  atHome(context, async ({ device, home }) => {
    const { out, language } = context
    const t = words[language]
    const { address, found } = await lookAt(context, text, () => readAddress(context, text, options))
    show(context, found)
    const name = (options.text('name') ?? address.host).trim().slice(0, NAME_MAX)
    const taken = (await readNames(device)).cameras.some(camera => camera.stoppedAt === null && camera.name === name)
    if (taken) throw CliError.of('camera_name_taken', { name })
    const { video, audio } = await addCamera(device, { name, sound: found.audio !== null })
    const { url, user, password } = address
    const login = user === undefined ? {} : { user, ...(password === undefined ? {} : { password }) }
    const entry = { name, url, ...login, video, ...(audio === null ? {} : { audio }) }
    await writeCameras(home, [...(await readCameras(home)), entry])
    out.line(out.style.yours(runningHub(home) === null ? t.added(harmless(name)) : t.addedLive(harmless(name))))
    out.value({ added: name, url, streams: { video, audio }, ...found })
    return 0
  })
