import type { HouseholdState } from '@hausrecht/chain/state'
import { EVERYTHING, type LookedQuery } from '@hausrecht/client/looked/query'
import type { Names } from '@hausrecht/client/names'
import type { DeviceId, StreamId } from '@hausrecht/crypto/ids'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import type { Given } from '../program/options.ts'
import { moment } from '../time/format.ts'
import { parseTime } from '../time/parse.ts'
import { pickCamera } from './pick.ts'

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase()

/** Every device that is called so, also those that were put out: of two with one name neither hides the other. */
function readersOf(state: HouseholdState, { devices }: Names, wanted: string): ReadonlySet<DeviceId> {
  const known = [...state.devices.keys()]
  const named = known.filter(id => id === wanted || folded(devices.get(id) ?? '') === folded(wanted))
  const found = named.length > 0 ? named : known.filter(id => wanted !== '' && id.startsWith(folded(wanted)))
  if (found.length === 0) throw CliError.of('no_such_device', { name: wanted })
  return new Set(found)
}

/** All streams of every camera of that name, also of those that record no more. */
function streamsOf({ cameras }: Names, wanted: string): ReadonlySet<StreamId> {
  const { name } = pickCamera(cameras, wanted)
  return new Set(
    cameras
      .filter(camera => camera.name === name)
      .flatMap(({ video, audio, sub }) => [video, audio, sub].filter(stream => stream !== null)),
  )
}

/** Both ends may be left out. @throws CliError bad_time, bad_range */
function timesOf({ clock, language }: Context, options: Given): Pick<LookedQuery, 'from' | 'to'> {
  const now = clock.now()
  const read = (name: 'from' | 'to', from?: number): number | undefined => {
    const text = options.text(name)
    if (text === undefined) return undefined
    const time = parseTime(text, now, name, from)
    if (time === undefined) throw CliError.of('bad_time', { text })
    return time
  }
  const from = read('from')
  const to = read('to', from)
  if (from !== undefined && to !== undefined && to <= from)
    throw CliError.of('bad_range', { from: moment(from, now, language), to: moment(to, now, language) })
  return { from: from ?? null, to: to ?? null }
}

/** What a person asks for. @throws CliError no_such_device, no_such_camera, ambiguous_camera, bad_time, bad_range */
export function lookedQuery(context: Context, state: HouseholdState, names: Names, options: Given): LookedQuery {
  const [device, camera] = [options.text('device'), options.text('camera')]
  return {
    ...EVERYTHING,
    text: options.text('search') ?? '',
    readers: device === undefined ? null : readersOf(state, names, device),
    streams: camera === undefined ? null : streamsOf(names, camera),
    ...timesOf(context, options),
    about: options.flag('recorded') ? 'recorded' : 'looked',
  }
}
