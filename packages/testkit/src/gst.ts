import { fileURLToPath } from 'node:url'
import { startProgram, waitForOutput } from './program.ts'

const SCRIPT = fileURLToPath(new URL('./gst-server.py', import.meta.url))

export type GstStream = {
  /** With its leading slash. */
  readonly path: string
  /** A GStreamer launch line with pay0 (and pay1), as of `launchFile`. */
  readonly launch: string
  /** One pipeline for all clients instead of one each. */
  readonly shared?: boolean
}

export type GstConfig = {
  readonly streams: readonly GstStream[]
  readonly login?: { readonly user: string; readonly password: string; readonly scheme: 'digest' | 'basic' }
  readonly transports?: readonly ('tcp' | 'udp')[]
}

export type GstServer = { readonly port: number; readonly url: string; readonly pid: number; stop(): Promise<void> }

/** Debian's GStreamer RTSP server on a free port of 127.0.0.1. Needs gir1.2-gst-rtsp-server-1.0 and the good and bad plugins. */
export async function startGst(config: GstConfig): Promise<GstServer> {
  const program = await startProgram('/usr/bin/python3', [SCRIPT, JSON.stringify({ host: '127.0.0.1', ...config })])
  const said = await waitForOutput(program, /\{"port": [0-9]+\}/).catch(async error => {
    await program.stop('SIGKILL')
    throw error
  })
  const port = Number(/"port": ([0-9]+)/.exec(said)?.[1])
  return {
    port,
    url: `rtsp://127.0.0.1:${port}`,
    pid: program.pid,
    stop: async () => {
      await program.stop('SIGKILL')
    },
  }
}

const PICTURE = {
  h264: 'h264parse config-interval=-1 ! rtph264pay config-interval=-1 name=pay0 pt=96',
  h265: 'h265parse config-interval=-1 ! rtph265pay config-interval=-1 name=pay0 pt=96',
} as const
const SOUND = {
  aac: 'aacparse ! rtpmp4gpay name=pay1 pt=97',
  latm: 'aacparse ! rtpmp4apay name=pay1 pt=97',
  opus: 'opusparse ! rtpopuspay name=pay1 pt=97',
  pcma: 'rtppcmapay name=pay1 pt=8',
  pcmu: 'rtppcmupay name=pay1 pt=0',
} as const

/** The launch line that plays a file once, in real time, without decoding it. */
export function launchFile(path: string, video: keyof typeof PICTURE, audio: keyof typeof SOUND | null): string {
  const matroska = path.endsWith('.mkv')
  const demux = matroska ? 'matroskademux' : 'qtdemux'
  const sound = audio === null ? '' : ` d.audio_0 ! queue ! ${SOUND[audio]}`
  return `( filesrc location=${path} ! ${demux} name=d d.video_0 ! queue ! ${PICTURE[video]}${sound} )`
}
