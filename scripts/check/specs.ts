import { assertionsOf, hollow } from './spec/asserts.ts'
import { conditions, emptyCatches } from './spec/conditions.ts'
import { isTest, runs } from './spec/runs.ts'
import { sleeps } from './spec/sleeps.ts'
import { calls, type Finding, parse } from './spec/tree.ts'

/** Files that may break a rule, each with its reason. */
export const SPEC_EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'packages/testkit/src/until.ts': { sleep: 'looks at a condition again and again: this is what all others wait with' },
}

export type Checked = Readonly<{
  findings: readonly Finding[]
  /** Tests written in the file; a table of cases counts as one. */
  tests: number
  /** Reasons of waits for a time, which are what is tested; and of tests that do not run everywhere. */
  waits: readonly string[]
  skips: readonly string[]
  /** Reasons for which errors are thrown away. */
  ignores: readonly string[]
}>

/** Tests and what they are made of: what the rules for specs hold for. */
export const isSpec = (file: string): boolean =>
  /\.test\.ts$/.test(file) || /^(e2e|packages\/testkit\/src)\/.*\.ts$/.test(file) || /\/src\/test\/.*\.ts$/.test(file)

/** What is wrong with a spec, and what it was allowed to do for a reason. */
export function checkSpec(file: string, text: string, exceptions = SPEC_EXCEPTIONS): Checked {
  const tree = parse(file, text)
  const assertions = assertionsOf(tree)
  const test = isTest(tree)
  const slept = sleeps(tree)
  const reasonOn = (line: number, mark: string): string | null => {
    const node = tree.nodes.find(one => tree.lineOf(one) === line)
    return node === undefined ? null : tree.reason(node, mark)
  }
  const allowed = exceptions[file] ?? {}
  const findings = [
    ...slept.filter(({ line }) => reasonOn(line, 'waits') === null),
    ...hollow(tree),
    ...conditions(tree, assertions, test),
    ...emptyCatches(tree),
    ...runs(tree, assertions),
  ].filter(({ rule }) => allowed[rule] === undefined)
  const tests = calls(tree.nodes).filter(test)
  return {
    findings: findings.sort((a, b) => a.line - b.line),
    tests: tests.length,
    waits: slept.flatMap(({ line }) => reasonOn(line, 'waits') ?? []),
    skips: tree.reasons('skips'),
    ignores: tree.reasons('ignores'),
  }
}
