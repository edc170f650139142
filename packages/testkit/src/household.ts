import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generationOf } from '@hausrecht/chain/rights'
import { closeDevice, type OpenDevice, openDevice, sync } from '@hausrecht/client/device'
import { createHousehold } from '@hausrecht/client/household'
import type { Invite } from '@hausrecht/client/invite'
import { FolderStore } from '@hausrecht/client/node/folder-store'
import { openHomeFolder } from '@hausrecht/client/node/home'
import { httpTransport } from '@hausrecht/client/node/http-transport'
import { type Sealed, sealSegment } from '@hausrecht/client/seal'
import type { StreamId } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { leafOf } from '@hausrecht/keytree/leaf'
import { KINDS } from '@hausrecht/media/segment/kinds'
import type { PayloadDraft } from '@hausrecht/media/segment/payload'
import { decodeEntries, TILE_WIDTH } from '@hausrecht/tlog/tiles'
import { DEFAULT_ORIGIN, type VaultConfig } from '@hausrecht/vault/config'
import { startVault, type Vault } from '@hausrecht/vault/vault'
import { type RunningWitness, startWitness } from '@hausrecht/witness/server'
import { TestClock } from './clock.ts'
import { LyingVault } from './lying-vault.ts'

/**
 * A real vault on its embedded PostgreSQL, a real witness, and real devices in temporary folders, with a proxy in between that can
 * be told to lie. Real are: database, blobs on disk, HTTP, signatures, log, cosignatures. Turned by hand: the devices' clock.
 */
export class TestHousehold {
  readonly folder: string
  readonly vault: Vault
  readonly witness: RunningWitness
  /** What devices talk to. */
  readonly liar: LyingVault
  readonly clock: TestClock
  readonly transport: ReturnType<typeof httpTransport>
  /** The vault's own log key: for forks that only a vault can make. */
  readonly logKey: SigningKey
  readonly #devices: OpenDevice[] = []

  private constructor(
    parts: Pick<TestHousehold, 'folder' | 'vault' | 'witness' | 'liar' | 'clock' | 'transport' | 'logKey'>,
  ) {
    this.folder = parts.folder
    this.vault = parts.vault
    this.witness = parts.witness
    this.liar = parts.liar
    this.clock = parts.clock
    this.transport = parts.transport
    this.logKey = parts.logKey
  }

  static async start(more: Pick<VaultConfig, 'expireEveryMs'> = {}): Promise<TestHousehold> {
    const folder = await mkdtemp(join(tmpdir(), 'hausrecht-household-'))
    const clock = new TestClock()
    // The witness must know the vault's key before the vault starts.
    const dir = join(folder, 'vault')
    const { key, seed } = await generateSigningKey()
    await mkdir(dir, { mode: 0o700 })
    await seed.use(bytes => writeFile(join(dir, 'log-key'), bytes, { mode: 0o600 }))
    const logs = [{ originPrefix: DEFAULT_ORIGIN, publicKey: key.publicKey }]
    const witness = await startWitness({ dir: join(folder, 'witness'), port: 0, logs, name: 'witness.test/w1', clock })
    const witnesses = [{ url: witness.url, vkey: witness.vkey }]
    const vault = await startVault({ dir, port: 0, logLevel: 'silent', witnesses, clock, ...more })
    const liar = await LyingVault.start(vault.url)
    return new TestHousehold({ folder, vault, witness, liar, clock, transport: httpTransport(), logKey: key })
  }

  get around() {
    return { transport: this.transport, clock: this.clock }
  }

  /** A new household; its founder keeps its home in the folder `name`. `witnessed: false` asks for no cosignatures. */
  async found(name: string, { witnessed = true } = {}): Promise<OpenDevice> {
    const trust = witnessed ? { witnesses: [this.witness.vkey], quorum: 1 } : { witnesses: [], quorum: 0 }
    const store = await FolderStore.open(this.home(name))
    const device = await createHousehold(
      store,
      { name: `House of ${name}`, device: name, vault: this.liar.url, ...trust },
      this.around,
    )
    this.#devices.push(device)
    return device
  }

  home(name: string): string {
    return join(this.folder, 'homes', name)
  }

  /** The device in a home as a new process would open it. */
  async reopen(name: string): Promise<OpenDevice> {
    const device = await openDevice(await openHomeFolder(this.home(name)), this.around)
    this.#devices.push(device)
    return device
  }

  /** Every leaf of a household's log, as the honest vault has them. */
  async leaves(device: OpenDevice): Promise<readonly Uint8Array[]> {
    await sync(device)
    const { size } = device.chain.view
    const leaves: Uint8Array[] = []
    for (let index = 0; index * TILE_WIDTH < size; index++)
      leaves.push(
        ...decodeEntries(await device.vault.entryBundle(index, Math.min(TILE_WIDTH, size - index * TILE_WIDTH))),
      )
    return leaves
  }

  /** The invite that a device of the household gives to a new one. */
  invite(device: OpenDevice, { witnessed = true } = {}): Invite {
    const trust = witnessed ? { witnesses: [this.witness.vkey], quorum: 1 } : { witnesses: [], quorum: 0 }
    return { household: device.household, vault: this.liar.url, ...trust }
  }

  keep(device: OpenDevice): OpenDevice {
    this.#devices.push(device)
    return device
  }

  async close(): Promise<void> {
    for (const device of this.#devices) closeDevice(device)
    this.transport.close()
    await this.liar.close()
    await this.vault.close()
    await this.witness.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** What a recorder does, without a camera: seals and stores segments of a stream, one every `stepMs`, each with its own text. */
export class TestRecorder {
  readonly #device: OpenDevice
  readonly #stream: StreamId
  readonly #sequences = new Map<number, number>()

  constructor(device: OpenDevice, stream: StreamId) {
    this.#device = device
    this.#stream = stream
  }

  seal(
    startTime: number,
    more: { readonly kind?: 1 | 2 | 3; readonly duration?: number; readonly text?: string } = {},
  ): Promise<Sealed> {
    const { kind = KINDS.video, duration = 2000, text = `at ${startTime}` } = more
    return this.#seal(startTime, kind, sequence => ({
      type: 'media',
      sequence,
      startTime,
      duration,
      startsWithKey: true,
      continues: false,
      discontinuity: false,
      timescale: 90_000,
      init: new TextEncoder().encode('init'),
      fragment: [new TextEncoder().encode(text)],
    }))
  }

  gap(
    startTime: number,
    gap: { readonly from: number; readonly to: number; readonly reason: string; readonly lost: number },
  ): Promise<Sealed> {
    return this.#seal(startTime, KINDS.gap, sequence => ({
      type: 'gap',
      sequence,
      startTime: gap.from,
      duration: gap.to - gap.from,
      gap,
    }))
  }

  /** As if a segment had been recorded and then dropped before anybody saw it. */
  skip(startTime: number): void {
    const generation = this.#generation(leafOf(startTime))
    this.#sequences.set(generation, (this.#sequences.get(generation) ?? 0) + 1)
  }

  async store(sealed: Sealed): Promise<Sealed> {
    await this.#device.vault.putObject(sealed.header.object, sealed.bytes)
    return sealed
  }

  /** Seals and stores `count` segments of two seconds from `from`. */
  async record(from: number, count: number): Promise<readonly Sealed[]> {
    const all: Sealed[] = []
    for (let i = 0; i < count; i++) all.push(await this.store(await this.seal(from + i * 2000)))
    return all
  }

  #generation(leaf: number): number {
    const stream = this.#device.chain.state.streams.get(this.#stream)
    return (stream && generationOf(stream, leaf)) ?? 0
  }

  #seal(startTime: number, kind: 1 | 2 | 3 | 5, payload: (sequence: number) => PayloadDraft): Promise<Sealed> {
    const leaf = leafOf(startTime)
    const generation = this.#generation(leaf)
    const sequence = this.#sequences.get(generation) ?? 0
    this.#sequences.set(generation, sequence + 1)
    const { household, id: device, keys } = this.#device
    return sealSegment({ household, device }, keys, {
      stream: this.#stream,
      generation,
      leaf,
      kind,
      payload: payload(sequence),
    })
  }
}
