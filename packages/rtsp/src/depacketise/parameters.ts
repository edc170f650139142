import { LIMITS } from '../limits.ts'
import type { ParameterSets } from '../unit.ts'

type Name = keyof ParameterSets

/** Keeps the newest parameter sets and says when they changed. */
export class Parameters {
  #sets: { vps: Uint8Array[]; sps: Uint8Array[]; pps: Uint8Array[] } = { vps: [], sps: [], pps: [] }
  /** Sets of the picture that is coming in; they replace the old ones together. */
  #changed = false

  get sets(): ParameterSets {
    return this.#sets
  }

  /** Remembers a set. Equal ones are nothing new; too large ones are ignored. */
  add(name: Name, nal: Buffer): void {
    if (nal.length === 0 || nal.length > LIMITS.parameterSetBytes) return
    const known = this.#sets[name]
    if (known.some(set => nal.equals(set))) return
    // A new SPS or VPS begins a new configuration: the sets that belonged to the old one go.
    const kept = name === 'pps' ? known.slice(-(LIMITS.parameterSets - 1)) : []
    if (name === 'sps') this.#sets = { ...this.#sets, pps: [] }
    this.#sets = { ...this.#sets, [name]: [...kept, new Uint8Array(nal)] }
    this.#changed = true
  }

  /** True once after a change that left a complete configuration. */
  takeChange(): boolean {
    if (!this.#changed || this.#sets.sps.length === 0 || this.#sets.pps.length === 0) return false
    this.#changed = false
    return true
  }
}
