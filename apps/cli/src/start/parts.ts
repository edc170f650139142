import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError } from '../errors.ts'
import type { Info, Part } from './protocol.ts'
import { type PartState, type Supervised, supervise } from './supervised.ts'

/** A log file of a part is put aside when it is larger than this, and one old one is kept. */
export const LOG_MAX_BYTES = 5_000_000
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const IDLE: PartState = { state: 'stopped', restarts: 0 }

export type PartsOptions = Readonly<{
  dataDir: string
  logs: string
  language: string
  onChange(part: Part, state: PartState, error?: CliError): void
}>

/** The parts that run under one supervisor. They stop in the reverse order of their start: the hub first, so that it can still send. */
export class Parts {
  readonly #options: PartsOptions
  readonly #running = new Map<Part, Supervised>()
  #closed = false

  constructor(options: PartsOptions) {
    this.#options = options
    mkdirSync(options.logs, { recursive: true, mode: 0o700 })
  }

  /** Starts a part and waits until it is ready. @throws CliError what the part says */
  async start(part: Part, command: string, args: readonly string[]): Promise<Info> {
    const { dataDir, language, onChange } = this.#options
    if (this.#closed) throw CliError.of('interrupted', { next: '' })
    const supervised = supervise({
      part,
      entry: MAIN,
      args: [command, ...args, '--data', dataDir, '--lang', language],
      onOutput: text => this.#log(part, text),
      onChange: (state, error) => onChange(part, state, error),
    })
    this.#running.set(part, supervised)
    return supervised.ready
  }

  async stop(part: Part): Promise<void> {
    await this.#running.get(part)?.stop()
    this.#running.delete(part)
  }

  async stopAll(): Promise<void> {
    this.#closed = true
    for (const part of [...this.#running.keys()].reverse()) await this.stop(part)
  }

  states(): Readonly<Record<Part, PartState>> {
    const state = (part: Part): PartState => this.#running.get(part)?.state() ?? IDLE
    return { witness: state('witness'), vault: state('vault'), camera: state('camera'), hub: state('hub') }
  }

  /** A full disk must not stop what runs: a log line may be lost, a recording not. */
  #log(part: Part, text: string): void {
    const path = join(this.#options.logs, `${part}.log`)
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_MAX_BYTES) renameSync(path, `${path}.old`)
      appendFileSync(path, text, { mode: 0o600 })
    } catch {
      // Nowhere to say it.
    }
  }
}
