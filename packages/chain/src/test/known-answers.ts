import { fromHex, toHex } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { deviceIdOf, householdIdOf, orderIdFrom, streamIdFrom } from '@hausrecht/crypto/ids'
import { signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { cosign } from '@hausrecht/tlog/cosignature'
import { formatVkey, noteKey, parseNote, TYPE_COSIGNATURE, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { formatProofFile } from '@hausrecht/tlog/proof-file'
import { consistencyProof, inclusionProof } from '@hausrecht/tlog/proofs'
import { encodeEntries } from '@hausrecht/tlog/tiles'
import { appendLeaves, type HashReader, leafHash } from '@hausrecht/tlog/tree'
import { signAccess } from '../access.ts'
import { applyEntry, verifyEntry } from '../apply.ts'
import { type Entry, NO_PREVIOUS, payloadCommitment, signEntry } from '../entry.ts'
import { signRemoval } from '../removal.ts'
import type { HouseholdState } from '../state.ts'
import type { Statement } from '../types.ts'
import { accepted, testKey } from './household.ts'
import { signedRequest } from './request.ts'

const TIME = 1_795_000_000_000
const bytes = (value: number, length: number): Uint8Array => new Uint8Array(length).fill(value)

/** The household of docs/formats/chain.md §Known answers and its log of docs/formats/log.md §Known answers, by name. */
export async function knownAnswers(): Promise<Readonly<Record<string, string>>> {
  const [founder, vault, phone, witness] = await Promise.all([1, 2, 3, 4].map(testKey))
  if (!founder || !vault || !phone || !witness) throw new Error('no keys')
  const nonce = bytes(9, 32)
  const household = householdIdOf(founder.publicKey, nonce)
  const [logStream, camera] = [streamIdFrom(bytes(0x0a, 16)), streamIdFrom(bytes(0x0b, 16))]
  const actor = deviceIdOf(founder.publicKey)
  const commitment = payloadCommitment(bytes(7, 32), fromHex('a1646e616d6564446f6f72'))

  const chain: readonly { statement: Statement; commitment?: Uint8Array; own?: true }[] = [
    {
      statement: {
        type: 'genesis',
        household,
        nonce,
        publicKey: founder.publicKey,
        vaultKey: vault.publicKey,
        origin: 'vault.example',
        logStream,
      },
    },
    { statement: { type: 'add_stream', stream: camera, kind: 'video', recorder: actor, pair: null }, commitment },
    { statement: { type: 'generation', stream: camera, generation: 0, fromLeaf: 1_361_510_400, reason: 'first' } },
    {
      statement: {
        type: 'add_device',
        publicKey: phone.publicKey,
        roles: ['vault'],
        entitlement: { from: 1_361_510_400, streams: [camera] },
        prekeys: [],
      },
    },
    {
      statement: {
        type: 'delete_order',
        order: orderIdFrom(bytes(0x0c, 16)),
        ranges: [{ stream: camera, lo: 1_361_510_410, hi: 1_361_510_419 }],
      },
      own: true,
    },
  ]
  let state: HouseholdState | null = null
  const entries: Entry[] = []
  for (const [index, { statement, commitment: committed = null, own }] of chain.entries()) {
    const place: { sequence: number; previous: Uint8Array } = own
      ? { sequence: 0, previous: NO_PREVIOUS }
      : { sequence: state?.length ?? 0, previous: state?.head ?? NO_PREVIOUS }
    const draft = { ...place, time: TIME + index, actor, statement, commitment: committed }
    const entry = await signEntry(draft, founder)
    state = accepted(applyEntry(state, await verifyEntry(state, entry)))
    entries.push(entry)
  }
  const range = { stream: camera, lo: 1_361_510_420, hi: 1_361_510_429, purpose: 'own' } as const
  const request = await signedRequest({ household, ...range }, founder)
  const access = await signAccess(
    {
      time: TIME + 5,
      reader: actor,
      ...range,
      tokenHash: bytes(0x0d, 32),
      expires: TIME + 600_005,
      request,
    },
    vault,
  )

  const removal = await signRemoval(
    { time: TIME + 6, order: orderIdFrom(bytes(0x0c, 16)), objects: 0, bytes: 0, root: sha256(bytes(0, 0)) },
    vault,
  )
  const leaves = [...entries.map(entry => entry.bytes), access.bytes]
  const tree = appendLeaves(0, [], leaves.map(leafHash))
  const nodes = new Map(tree.newNodes.map(node => [`${node.level}/${node.index}`, node.hash]))
  const reader: HashReader = {
    read: async wanted => wanted.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? bytes(0, 0)),
  }
  const origin = `vault.example/hh/${household}`
  const note = await signCheckpoint({ origin, size: tree.size, root: tree.root }, vault)
  const full = note + (await cosign('witness.example/w1', witness, parseNote(note).text, TIME))
  const proof = await inclusionProof(4, tree.size, reader)
  const names = ['genesis', 'add_stream', 'generation', 'add_device', 'delete_order']
  return {
    'household id': household,
    'founder device id': actor,
    'phone device id': deviceIdOf(phone.publicKey),
    commitment: toHex(commitment),
    ...Object.fromEntries(names.map((name, index) => [name, toHex(leaves[index] ?? bytes(0, 0))])),
    ...Object.fromEntries(names.map((name, index) => [`${name} hash`, toHex(entries[index]?.hash ?? bytes(0, 0))])),
    access: toHex(access.bytes),
    removal: toHex(removal.encoded),
    'leaf hashes': leaves.map(leaf => toHex(leafHash(leaf))).join('\n'),
    root: toHex(tree.root),
    'entry bundle length': String(encodeEntries(leaves).length),
    'log key': formatVkey(noteKey(origin, TYPE_ED25519, vault.publicKey)),
    'witness key': formatVkey(noteKey('witness.example/w1', TYPE_COSIGNATURE, witness.publicKey)),
    checkpoint: full.trimEnd(),
    'consistency proof': (await consistencyProof(3, tree.size, reader)).map(toHex).join('\n'),
    'proof file': formatProofFile({ index: 4, proof, checkpoint: full }).trimEnd(),
  }
}
