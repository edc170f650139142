import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Job, type Judged, judge } from './judge.ts'

/** Who judges bundles. Answers may come in another order than they were asked for. */
export type Judges = {
  /** So many bundles at once keep all of them busy. */
  readonly ahead: number
  judge(job: Job): Promise<Judged>
  close(): Promise<void>
}

/** A short log is done before a thread has started. */
const BUNDLES_ALONE = 4
const THREADS_MAX = 16

export const judgesFor = (bundles: number): Judges =>
  bundles <= BUNDLES_ALONE ? alone : new JudgePool(Math.min(availableParallelism(), bundles, THREADS_MAX))

const alone: Judges = { ahead: 1, judge, close: async () => undefined }

/** Each thread has one bundle under way and one waiting. */
class JudgePool implements Judges {
  readonly ahead: number
  readonly #threads: readonly Thread[]

  constructor(count: number) {
    this.#threads = Array.from({ length: count }, () => new Thread())
    this.ahead = 2 * count
  }

  judge(job: Job): Promise<Judged> {
    const [thread] = [...this.#threads].sort((a, b) => a.waiting - b.waiting)
    return thread ? thread.judge(job) : judge(job)
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(thread => thread.close()))
  }
}

type Waiting = { resolve(judged: Judged): void; reject(error: unknown): void }

class Thread {
  readonly #worker = new Worker(new URL('./judge-worker.ts', import.meta.url))
  readonly #waiting = new Map<number, Waiting>()
  #next = 0

  constructor() {
    this.#worker.on('message', ({ id, judged }: { id: number; judged: Judged }) => {
      this.#waiting.get(id)?.resolve(judged)
      this.#waiting.delete(id)
    })
    const fail = (error: unknown): void => {
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    }
    this.#worker.on('error', fail).on('exit', () => fail(new Error('a thread of the audit ended')))
  }

  get waiting(): number {
    return this.#waiting.size
  }

  judge(job: Job): Promise<Judged> {
    const { promise, resolve, reject } = Promise.withResolvers<Judged>()
    const id = this.#next++
    this.#waiting.set(id, { resolve, reject })
    this.#worker.postMessage({ id, job })
    return promise
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
