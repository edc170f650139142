import type { OpenDevice } from '@hausrecht/client/device'
import { addCamera } from '@hausrecht/client/household'
import { parseStreamId } from '@hausrecht/crypto/ids'
import { type CameraEntry, readCameras, writeCameras } from '@hausrecht/hub/cameras'
import type { Settings } from './settings.ts'

type Sample = NonNullable<Settings['sample']>

/** Adds the sample camera to the household, once. */
export async function addSample(device: OpenDevice, name: string): Promise<Sample> {
  const { video, audio } = await addCamera(device, { name, sound: true })
  return { video, audio }
}

/** Whether a person has removed it since: then it stays removed. */
export const isRemoved = (device: OpenDevice, sample: Sample): boolean =>
  (device.chain.state.streams.get(parseStreamId(sample.video))?.stoppedAt ?? null) !== null

/** Writes the sample camera's address into the hub's list, or takes it out when there is none. */
export async function placeSample(home: string, sample: Sample, name: string, url: string | undefined): Promise<void> {
  const cameras = await readCameras(home)
  const before = cameras.find(({ video }) => video === sample.video)
  if (before?.url === url) return
  const others = cameras.filter(camera => camera !== before)
  if (url === undefined) return writeCameras(home, others)
  // Its name and its place are people's.
  if (before !== undefined)
    return writeCameras(
      home,
      cameras.map(camera => (camera === before ? { ...before, url } : camera)),
    )
  const entry: CameraEntry = {
    name,
    url,
    video: parseStreamId(sample.video),
    ...(sample.audio === null ? {} : { audio: parseStreamId(sample.audio) }),
  }
  await writeCameras(home, [entry, ...others])
}
