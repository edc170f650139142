import { BrowserStore } from '@hausrecht/client/web/browser-store'
import { fetchTransport } from '@hausrecht/client/web/fetch-transport'
import { expose, proxy, transfer } from 'comlink'
import type { Engine, FeedEvent, Listener } from './api.ts'
import { HomeEngine } from './engine.ts'
import { installErrors } from './messages.ts'

installErrors()
const opened = BrowserStore.open('hausrecht').then(async store => {
  const engine = new HomeEngine(store, { transport: fetchTransport }, self.location.origin)
  await engine.start()
  return engine
})

/** Footage is handed over, not copied. */
const handingOver =
  (listener: Listener<FeedEvent>): Listener<FeedEvent> =>
  event =>
    listener(event.type === 'part' ? transfer(event, [event.part.fragment.buffer]) : event)

const feeds: Pick<Engine, 'play' | 'watch' | 'exportRange'> = {
  play: async (options, listener) => proxy(await (await opened).play(options, handingOver(listener))),
  watch: async (options, listener) => proxy(await (await opened).watch(options, handingOver(listener))),
  exportRange: async (...args) => {
    const result = await (await opened).exportRange(...args)
    return transfer(result, [result.bytes.buffer])
  },
}

/** The page speaks at once; the store opens meanwhile. */
expose(
  new Proxy(feeds, {
    get:
      (own, name) =>
      async (...args: readonly unknown[]) => {
        const target = name in own ? own : await opened
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') throw new TypeError(String(name))
        return Reflect.apply(method, target, args)
      },
  }),
)
