import type { Names } from '../names.ts'
import type { NamesById } from './query.ts'

/** Names by id, of devices and of all streams of a camera; what has no readable name is not in it. */
export const namesById = ({ devices, cameras }: Pick<Names, 'devices' | 'cameras'>): NamesById =>
  new Map<string, string>([
    ...devices,
    ...cameras.flatMap(({ name, video, audio, sub }) =>
      // Where its name is not readable a camera is called by the beginning of its id.
      video.startsWith(name) ? [] : [video, audio, sub].flatMap(id => (id === null ? [] : [[id, name] as const])),
    ),
  ])
