import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { consistencyProof } from '@hausrecht/tlog/proofs'
import { appendLeaves, EMPTY_ROOT, type HashReader, leafHash } from '@hausrecht/tlog/tree'

/** A log that can show itself at any size, and ask a witness to go from one to another. Two with other `content` contradict. */
export class TestLog {
  readonly origin: string
  readonly #key: SigningKey
  readonly #content: string
  readonly #nodes = new Map<string, Uint8Array>()
  readonly #roots: Uint8Array[] = [EMPTY_ROOT]
  #frontier: readonly Uint8Array[] = []

  constructor(origin: string, key: SigningKey, content = 'leaf') {
    this.origin = origin
    this.#key = key
    this.#content = content
  }

  checkpoint(size: number): Promise<string> {
    this.#grow(size)
    return signCheckpoint({ origin: this.origin, size, root: this.#roots[size] ?? EMPTY_ROOT }, this.#key)
  }

  /** A body of add-checkpoint; sizes that no proof can join give one without. */
  async request(oldSize: number, newSize: number): Promise<string> {
    this.#grow(newSize)
    const proof = oldSize <= newSize ? await consistencyProof(oldSize, newSize, this.#reader) : []
    const lines = proof.map(hash => `${toBase64(hash)}\n`).join('')
    return `old ${oldSize}\n${lines}\n${await this.checkpoint(newSize)}`
  }

  readonly #reader: HashReader = {
    read: async nodes => nodes.map(({ level, index }) => this.#nodes.get(`${level}/${index}`) ?? EMPTY_ROOT),
  }

  #grow(size: number): void {
    for (let at = this.#roots.length - 1; at < size; at++) {
      const next = appendLeaves(at, this.#frontier, [leafHash(utf8(`${this.#content} ${at}`))])
      for (const node of next.newNodes) this.#nodes.set(`${node.level}/${node.index}`, node.hash)
      this.#frontier = next.frontier
      this.#roots.push(next.root)
    }
  }
}
