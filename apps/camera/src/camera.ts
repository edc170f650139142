import { type Faults, type Login, type RtspServer, startRtspServer } from '@hausrecht/rtsp/server'
import { FOOTAGE, readPictures, readSound } from './footage.ts'
import { mainScene, subScene } from './scenes.ts'
import { stage } from './stage.ts'

export type CameraConfig = {
  /** 0 takes a free port. */
  readonly port: number
  readonly host?: string
  readonly login?: Login
  readonly faults?: Faults
  /** false: a camera without a microphone. */
  readonly sound?: boolean
}

export type Camera = {
  /** The main stream: 1280 × 720, 25 pictures a second, sound, a running clock. */
  readonly url: string
  /** The small stream: 640 × 360, 10 pictures a second. */
  readonly subUrl: string
  readonly server: RtspServer
  /** Changes the size of the main stream's picture while it plays. */
  show(size: 'large' | 'small'): void
  close(): Promise<void>
}

/** Starts the sample camera: real footage in a loop, with the time and the frame's number in the picture. */
export async function startCamera(config: CameraConfig): Promise<Camera> {
  const [main, sub, sound] = await Promise.all([
    readPictures(FOOTAGE.main),
    readPictures(FOOTAGE.sub),
    readSound(FOOTAGE.sound),
  ])
  const small = subScene(sub)
  const shown = stage([mainScene(main, config.sound === false ? null : sound), small])
  const server = await startRtspServer({
    port: config.port,
    mounts: { '/main': shown, '/sub': small },
    ...(config.host !== undefined && { host: config.host }),
    ...(config.login && { login: config.login }),
    ...(config.faults && { faults: config.faults }),
  })
  return {
    url: `${server.url}/main`,
    subUrl: `${server.url}/sub`,
    server,
    show: size => shown.show(size === 'large' ? 0 : 1),
    close: () => server.close(),
  }
}
