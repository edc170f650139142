import { deletionOf } from '@hausrecht/client/deletions'
import { type Names, readNames } from '@hausrecht/client/names'
import type { Handler } from '../handler.ts'
import { atHome } from './at-home.ts'
import { words } from './receipt-words.ts'
import { namesOf, tellDeletion } from './tell-deletion.ts'

/** Readable names by id of device or stream: all streams of a camera share its name. */
export const readableNames = ({ devices, cameras }: Names): ReadonlyMap<string, string> =>
  new Map<string, string>([
    ...devices,
    ...cameras.flatMap(({ name, video, audio, sub }) =>
      [video, audio, sub].flatMap(stream => (stream === null ? [] : [[stream, name] as const])),
    ),
  ])

/** `hausrecht deletions` */
export const deletions: Handler = context =>
  atHome(
    context,
    async ({ device }) => {
      const { out, language } = context
      const orders = device.chain.state.orders.toReversed()
      const names = readableNames(await readNames(device))
      if (orders.length === 0) out.line(words[language].none)
      for (const [place, order] of orders.entries()) {
        const deletion = await deletionOf(device, order)
        if (place > 0) out.line('')
        tellDeletion(context, deletion, namesOf(names))
        out.value({ type: 'deletion', ...deletion })
      }
      return 0
    },
    { offline: true },
  )
