import { toHex } from '@hausrecht/crypto/bytes'
import { type OpenedCheckpoint, parseCheckpoint, verifyCosigners, verifyNote } from './checkpoint.ts'
import { TlogError } from './errors.ts'
import { type NoteKey, parseNote, parseVkey, TYPE_COSIGNATURE, TYPE_ED25519 } from './note.ts'

/** A trust policy, c2sp.org/tlog-policy: which logs, which witnesses, and which sets of witnesses are enough. */
export type Policy = {
  readonly logs: readonly { readonly key: NoteKey; readonly url: string | null }[]
  readonly witnesses: readonly { readonly name: string; readonly key: NoteKey; readonly url: string | null }[]
  readonly quorum: Quorum
}
export type Quorum =
  | { readonly type: 'none' }
  | { readonly type: 'witness'; readonly key: NoteKey }
  | { readonly type: 'group'; readonly threshold: number; readonly members: readonly Quorum[] }

export const POLICY_MAX_LENGTH = 64 * 1024
/** Logs, and witnesses and groups together; the specification asks for 32 of each. */
export const POLICY_MAX_LINES = 128

// biome-ignore lint/suspicious/noControlCharactersInRegex: the specification allows tab and newline only
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f]/
const NONE = 'none'

const refuse = (why: string): never => {
  throw new TlogError('bad_policy', why)
}

/** @throws TlogError bad_policy */
export function parsePolicy(text: string): Policy {
  if (text.length > POLICY_MAX_LENGTH || FORBIDDEN.test(text)) refuse('length or characters')
  if (text !== '' && !text.endsWith('\n')) refuse('last line does not end')
  const reader = new PolicyReader()
  for (const line of text.split('\n')) {
    const words = line.split(/[ \t]+/).filter(word => word !== '')
    if (words.length > 0 && !words[0]?.startsWith('#')) reader.line(words)
  }
  return reader.finish()
}

class PolicyReader {
  readonly #logs: Policy['logs'][number][] = []
  readonly #witnesses: Policy['witnesses'][number][] = []
  readonly #names = new Map<string, Quorum>()
  readonly #keys = new Set<string>()
  readonly #members = new Set<string>()
  #quorum: Quorum | null = null

  line(words: readonly string[]): void {
    if (this.#logs.length + this.#names.size >= POLICY_MAX_LINES) refuse('too many lines')
    const [keyword, ...rest] = words
    if (keyword === 'log') this.#log(rest)
    else if (keyword === 'witness') this.#witness(rest)
    else if (keyword === 'group') this.#group(rest)
    else if (keyword === 'quorum') this.#setQuorum(rest)
    else refuse(`keyword ${keyword}`)
  }

  finish(): Policy {
    return {
      logs: this.#logs,
      witnesses: this.#witnesses,
      quorum: this.#quorum ?? refuse('no quorum'),
    }
  }

  #log([vkey, url, ...rest]: readonly string[]): void {
    if (rest.length > 0) refuse('log')
    this.#logs.push({ key: this.#key(vkey, TYPE_ED25519, 'log'), url: url ?? null })
  }

  #witness([name, vkey, url, ...rest]: readonly string[]): void {
    if (rest.length > 0) refuse('witness')
    const key = this.#key(vkey, TYPE_COSIGNATURE, 'witness')
    this.#witnesses.push({ name: this.#define(name, { type: 'witness', key }), key, url: url ?? null })
  }

  #group([name, count, ...members]: readonly string[]): void {
    if (members.length === 0) refuse('group without members')
    const threshold =
      count === 'any' ? 1 : count === 'all' ? members.length : /^[1-9][0-9]{0,3}$/.test(count ?? '') ? Number(count) : 0
    if (threshold < 1 || threshold > members.length) refuse('threshold')
    const parts = members.map(member => {
      if (this.#members.has(member)) refuse(`${member} is a member twice`)
      this.#members.add(member)
      return this.#names.get(member) ?? refuse(`${member} is not defined`)
    })
    this.#define(name, { type: 'group', threshold, members: parts })
  }

  #setQuorum([name, ...rest]: readonly string[]): void {
    if (this.#quorum || name === undefined || rest.length > 0) refuse('quorum')
    this.#quorum = name === NONE ? { type: 'none' } : (this.#names.get(name ?? '') ?? refuse(`${name} is not defined`))
  }

  #define(name: string | undefined, meaning: Quorum): string {
    if (name === undefined || name === NONE || this.#names.has(name)) return refuse('name')
    this.#names.set(name, meaning)
    return name
  }

  /** Two verifier keys are the same when they wrap one public key, whatever their names. */
  #key(vkey: string | undefined, type: number, role: string): NoteKey {
    let key: NoteKey | null = null
    try {
      key = parseVkey(vkey ?? '')
    } catch {
      // falls through: one error for every bad key
    }
    if (key === null || key.type !== type) return refuse(`key of a ${role}`)
    const id = `${role} ${toHex(key.publicKey)}`
    if (this.#keys.has(id)) refuse(`a ${role} twice`)
    this.#keys.add(id)
    return key
  }
}

/** True when these witnesses are enough. */
export function meetsQuorum(quorum: Quorum, cosigned: ReadonlySet<NoteKey>): boolean {
  if (quorum.type === 'none') return true
  if (quorum.type === 'witness') return cosigned.has(quorum.key)
  return quorum.members.filter(member => meetsQuorum(member, cosigned)).length >= quorum.threshold
}

/**
 * Holds a signed checkpoint against a policy: signed by one of its logs under that log's name, cosigned by a quorum.
 * @throws TlogError
 */
export async function openUnderPolicy(note: string, policy: Policy): Promise<OpenedCheckpoint> {
  const parsed = parseNote(note)
  const checkpoint = parseCheckpoint(parsed.text)
  const logs = policy.logs.filter(({ key }) => key.name === checkpoint.origin)
  if (logs.length === 0) throw new TlogError('wrong_origin')
  const outcomes = await Promise.allSettled(logs.map(({ key }) => verifyNote(parsed, key)))
  for (const outcome of outcomes) if (outcome.status === 'rejected' && !isUnsigned(outcome.reason)) throw outcome.reason
  if (!outcomes.some(outcome => outcome.status === 'fulfilled')) throw new TlogError('unsigned')
  const cosigned = await verifyCosigners(
    parsed,
    policy.witnesses.map(({ key }) => key),
  )
  if (!meetsQuorum(policy.quorum, new Set(cosigned.map(({ witness }) => witness))))
    throw new TlogError('too_few_witnesses')
  return { ...checkpoint, note, cosigned: new Map(cosigned.map(({ witness, time }) => [witness.name, time])) }
}

const isUnsigned = (error: unknown): boolean => error instanceof TlogError && error.code === 'unsigned'
