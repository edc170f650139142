import { type Faults, type Login, type RtspServer, startRtspServer } from '@hausrecht/rtsp/server'
import { FOOTAGE, readPictures, readSound } from './footage.ts'
import { mainScene, subScene } from './scenes.ts'

export type CameraConfig = {
  /** 0 takes a free port. */
  readonly port: number
  readonly host?: string
  readonly login?: Login
  readonly faults?: Faults
}

export type Camera = {
  /** The main stream: 1280 × 720, 25 pictures a second, sound, a running clock. */
  readonly url: string
  /** The small stream: 640 × 360, 10 pictures a second. */
  readonly subUrl: string
  readonly server: RtspServer
  close(): Promise<void>
}

/** Starts the sample camera: real footage in a loop, with the time and the frame's number in the picture. */
export async function startCamera(config: CameraConfig): Promise<Camera> {
  const [main, sub, sound] = await Promise.all([
    readPictures(FOOTAGE.main),
    readPictures(FOOTAGE.sub),
    readSound(FOOTAGE.sound),
  ])
  const server = await startRtspServer({
    port: config.port,
    mounts: { '/main': mainScene(main, sound), '/sub': subScene(sub) },
    ...(config.host !== undefined && { host: config.host }),
    ...(config.login && { login: config.login }),
    ...(config.faults && { faults: config.faults }),
  })
  return { url: `${server.url}/main`, subUrl: `${server.url}/sub`, server, close: () => server.close() }
}
