/** ms of each measurement. */
export type Timings = { readonly bytes: number; readonly ours: number[]; readonly peer: number[] }

const worker = new Worker(new URL('./open-worker.ts', import.meta.url), { type: 'module' })
const said = (): Promise<Timings> =>
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Timings>) => resolve(data)
    worker.onerror = event => reject(new Error(event.message))
  })
const ready = said()

Object.assign(window, {
  run: async (rounds: number): Promise<Timings> => {
    await ready
    worker.postMessage(rounds)
    return said()
  },
})
