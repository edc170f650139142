import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, repositoryFiles } from './repository.ts'
import { ASSERTING, WAITING } from './spec/asserts.ts'
import { checkSpec, isSpec, SPEC_EXCEPTIONS } from './specs.ts'

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

describe('the specs of the repository', () => {
  const specs = repositoryFiles().filter(isSpec)
  const checked = specs.map(file => ({ file, ...checkSpec(file, read(file)) }))

  test('keep the rules', () => {
    const tests = checked.reduce((sum, one) => sum + one.tests, 0)
    const reasons = (mark: 'waits' | 'skips' | 'ignores'): string => {
      const all = checked.flatMap(one => one[mark].map(reason => `\n  ${one.file}: ${reason}`))
      return `${all.length} ${mark}${mark === 'waits' ? all.join('') : ''}`
    }
    process.stdout.write(
      `specs: ${specs.length} files, ${tests} tests; with a reason: ${reasons('waits')}\n${reasons('skips')}, ${reasons('ignores')}\n`,
    )
    expect(checked.flatMap(({ findings }) => findings)).toEqual([])
    expect(tests).toBeGreaterThan(1000)
  })

  test('exceptions name files that exist and need them', () => {
    for (const [file, rules] of Object.entries(SPEC_EXCEPTIONS)) {
      const found = checkSpec(file, read(file), {}).findings.map(({ rule }) => rule)
      expect([...new Set(found)].sort(), file).toEqual(Object.keys(rules).sort())
    }
  })

  test('what is said to assert or to wait for a condition is where it is said to be', () => {
    const own = Object.entries({ ...ASSERTING, ...WAITING }).filter(([, where]) => !where.startsWith('Playwright'))
    expect(own.length).toBeGreaterThan(3)
    for (const [name, where] of own) expect(read(where.split(':')[0] ?? '')).toMatch(new RegExp(`\\b${name}\\b.*\\(`))
  })
})

/** What is found in a test with this body. */
const inTest = (body: string): readonly string[] => rules(`test('x', async () => {\n${body}\n})`)
const rules = (text: string, file = 'a.test.ts'): readonly string[] =>
  checkSpec(file, text).findings.map(({ rule }) => rule)
const OK = 'expect(a).toBe(b)'

describe('a planted sleep is found', () => {
  test.each([
    'await new Promise(r => setTimeout(r, 100))',
    'await new Promise<void>(resolve => { setTimeout(() => resolve(), 100) })',
    'await new Promise(function (done) { globalThis.setTimeout(done, 1) })',
    'const { promise, resolve: go } = Promise.withResolvers()\nsetTimeout(go, 5)\nawait promise',
    'await page.waitForTimeout(100)',
    'await person.page.waitForTimeout(100)',
    'Atomics.wait(cells, 0, 0, 100)',
    'await globalThis.Atomics.waitAsync(cells, 0, 0, 100).value',
    'await promisify(setTimeout)(100)',
    "(await import('node:timers/promises')).setTimeout(100)",
    "execFileSync('sleep', ['1'])",
    "execSync('sleep 1 && true')",
    'await until(() => Date.now() > end, { what: "later" })',
    'await page.evaluate(() => new Promise(r => setTimeout(r, 100)))',
  ])('%s', body => {
    expect(inTest(`${body}\n${OK}`)).toEqual(['sleep'])
  })

  test.each([
    "import { setTimeout } from 'node:timers/promises'\nawait setTimeout(5)",
    "import { setTimeout as rest } from 'timers/promises'\nawait rest(5)",
    "import * as timers from 'node:timers/promises'\nawait timers.setTimeout(5)",
    "import timers from 'node:timers/promises'\nawait timers.scheduler.wait(5)",
    "import { scheduler } from 'node:timers/promises'\nawait scheduler.wait(5)",
  ])('in a helper of e2e: %s', text => {
    expect(rules(text, 'e2e/helper.ts')).toEqual(['sleep'])
  })

  test.each([
    'const late = setTimeout(() => child.kill(), 100)',
    "await new Promise((resolve, reject) => { setTimeout(() => reject(new Error('late')), 100); go(resolve) })",
    "import { setImmediate } from 'node:timers/promises'\nawait setImmediate()",
    'await new Promise(resolve => setImmediate(resolve))',
    "await until(() => things.length > 3, { what: 'things' })",
    'vi.useFakeTimers()\nvi.advanceTimersByTime(1000)',
    'await new Promise(r => setTimeout(r, 100)) // waits: that nothing comes is what is tested',
    '// waits: five minutes of watching are the test\nawait page.waitForTimeout(300_000)',
  ])('no sleep: %s', text => {
    expect(rules(text, 'e2e/helper.ts')).toEqual([])
  })

  test('a wait with a reason is counted; a mark without a reason is none', () => {
    const waits = (reason: string) => checkSpec('e2e/a.ts', `await page.waitForTimeout(1) // waits:${reason}`)
    expect(waits(' five minutes are the test')).toMatchObject({ findings: [], waits: ['five minutes are the test'] })
    for (const none of ['', ' ', ' yes'])
      expect(waits(none)).toMatchObject({ findings: [{ rule: 'sleep' }], waits: [] })
  })
})

describe('a test that asserts nothing is found', () => {
  test.each([
    'run()',
    'await page.click("a")',
    'const x = expect.any(String)',
    'fc.assert(fc.property(fc.nat(), n => { run(n) }))',
    'helper()',
  ])('%s', body => {
    expect(rules(`const helper = () => run()\ntest('x', async () => { ${body} })`)).toEqual(['nothing'])
  })

  test.each(["test.each([1])('x', n => { run(n) })", "it('x', async () => {})", "test('x', run)", "test('x')"])(
    '%s',
    text => {
      expect(rules(text)).toEqual(['nothing'])
    },
  )

  test.each([
    OK,
    'await expect(run()).rejects.toThrow()',
    'assert.equal(a, b)',
    'holds()',
    'fc.assert(fc.property(fc.nat(), n => n === n + 0))',
    'fc.assert(fc.property(fc.nat(), n => { expect(n).toBe(a) }))',
    "await person.sees('Hello')",
    "await until(() => done, { what: 'done' })",
  ])('it asserts: %s', body => {
    const holds = 'function deep() { expect(a).toBe(b) }\nconst holds = () => deep()'
    expect(rules(`${holds}\ntest('x', async () => { ${body} })`)).toEqual([])
  })
})

describe('an assertion that is only sometimes made is found', () => {
  test.each([
    `if (a) ${OK}`,
    `if (a) run()\nelse ${OK}`,
    `a ? ${OK} : run()`,
    `a && ${OK}`,
    `a ?? ${OK}`,
    `switch (a) { case 1: ${OK} }`,
    `try { run() } catch (error) { ${OK} }`,
    `try { ${OK} } catch { run() }`,
    `await run().catch(error => { ${OK} })`,
    `list?.forEach(a => { ${OK} })`,
    `if (a) return\n${OK}`,
    `for (const a of list) { if (a.odd) continue; ${OK} }`,
    `if (a) for (const b of list) { ${OK} }`,
    'person?.hasNoComplaints()',
    'if (a) holds()',
  ])('%s', body => {
    expect(inTest(`const holds = () => { expect(1 + n).toBe(2) }\n${body}`)).toEqual(['conditional'])
  })

  test.each([
    `if (a) throw new Error('no')\n${OK}`,
    `for (const a of list) { ${OK} }`,
    `try { ${OK} } finally { close() }`,
    `try { ${OK} } catch (error) { throw told(error) }`,
    'expect(a ? b : c).toBe(a && b)',
    'expect(maybe?.name).toBe(b)',
    `for (const a of list) { if (a === 1) break }\n${OK}`,
    `const one = list.find(a => { if (a) return true })\n${OK}`,
    `fc.assert(fc.property(fc.nat(), n => { fc.pre(n > 3); ${OK} }))`,
    `const one = maybe ?? expect.fail()\n${OK}`,
  ])('always made: %s', body => {
    expect(inTest(body)).toEqual([])
  })
})

describe('a test that does not run, or keeps others from it, is found', () => {
  test.each([
    ['only', "test.only('x', () => { expect(a).toBe(b) })"],
    ['only', "describe.only('x', () => {})"],
    ['only', "test('x', { only: true }, () => { expect(a).toBe(b) })"],
    ['only', "// skips: because I say so\ntest.only.each([1])('x', () => { expect(a).toBe(b) })"],
    ['skip', "test.skip('x', () => { expect(a).toBe(b) })"],
    ['skip', "test.skipIf(isMac)('x', () => { expect(a).toBe(b) })"],
    ['skip', "describe.runIf(isRoot)('x', () => {})"],
    ['skip', "test.todo('x')"],
    ['skip', "test('x', { skip: true }, () => { expect(a).toBe(b) })"],
    ['skip', "if (isRoot) test('x', () => { expect(a).toBe(b) })"],
    ['skip', "test('x', context => { context.skip()\nexpect(a).toBe(b) })"],
    ['skip', "test('x', ({ skip }) => { skip()\nexpect(a).toBe(b) })"],
  ])('%s: %s', (rule, text) => {
    expect(rules(text)).toEqual([rule])
  })

  test.each([
    "// skips: only root may mount\ntest.skipIf(mayNot)('x', () => { expect(a).toBe(b) })",
    "describe.runIf(isRoot)('x', () => {}) // skips: only root may mount",
    "test('x', () => { reader.skip(3)\nexpect(a).toBe(b) })",
  ])('with a reason, or something else: %s', text => {
    expect(rules(text)).toEqual([])
  })
})

describe('what cannot fail is found', () => {
  test.each([
    'expect(true).toBe(true)',
    'expect(1).toBeTruthy()',
    "expect('a').not.toBe('b')",
    'expect([1, -2]).toEqual([1, -2])',
    'expect({ a: 1 }).toEqual({ a: 1 })',
    'expect(a.b).toBe(a.b)',
    'expect(a)',
    'expect().toBe(a)',
    'assert(true)',
    'expect(run()).rejects.toThrow()',
    'void expect(run()).resolves.toBe(a)',
  ])('%s', body => {
    expect(inTest(`${body}\n${OK}`)).toEqual(['tautology'])
  })

  test.each([
    "expect(['a', 'b']).toContain(found)",
    'expect(make()).toEqual(make())',
    'return expect(run()).rejects.toThrow()',
    'await Promise.all([expect(run()).rejects.toThrow()])',
    'expect(a).not.toBe(a)',
  ])('can fail: %s', body => {
    expect(inTest(body)).toEqual([])
  })

  test.each([
    'try { run() } catch {}',
    'try { run() } catch (error) { /* later */ }',
    'run().catch(() => {})',
    'run().catch(() => undefined)',
  ])('an error that is thrown away: %s', body => {
    expect(inTest(`${body}\n${OK}`)).toEqual(['catch'])
    expect(inTest(`// ignores: it may be closed already\n${body}\n${OK}`)).toEqual([])
  })
})
