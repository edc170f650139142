import type { StreamId } from '@hausrecht/crypto/ids'
import { checkName } from './home.ts'
import { streamOf } from './household.ts'
import { cameraNameKey } from './names.ts'
import type { OpenDevice } from './open-device.ts'
import { submit } from './submit.ts'

/** Calls a camera something else from now on, for every device: the newest name counts. Admins only. @throws ClientError bad_argument */
export async function renameCamera(device: OpenDevice, video: StreamId, name: string): Promise<void> {
  checkName(name)
  streamOf(device, video)
  await submit(device, () => ({
    statement: { type: 'policy', deleters: device.chain.state.deleters },
    payload: { [cameraNameKey(video)]: name },
  }))
}
