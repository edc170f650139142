import { describe, expect, test } from 'vitest'
import { add, exitCode, failuresOf, lastLine, NOTHING, ofCommand, ofVitest } from './counts.ts'

const report = (passed: number, failed: number, files: { status: string; tests: number }[] = [], skipped = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: skipped,
  numTodoTests: 0,
  testResults: files.map(({ status, tests }) => ({
    name: 'a.test.ts',
    status,
    message: 'SyntaxError: no\n  at line 1',
    assertionResults: Array.from({ length: tests }, (_, at) => ({
      status: at === 0 ? status : 'passed',
      fullName: `does ${at}`,
      failureMessages: at === 0 ? ['Error: it does not\n  at line 2'] : [],
    })),
  })),
})

describe('what a run adds up to', () => {
  test('tests are counted as vitest reports them', () => {
    expect(ofVitest(report(12, 2, [{ status: 'failed', tests: 14 }], 1), 1)).toEqual({
      passed: 12,
      failed: 2,
      skipped: 1,
    })
  })

  test('a file that does not load is a failure', () => {
    expect(
      ofVitest(
        report(3, 0, [
          { status: 'failed', tests: 0 },
          { status: 'passed', tests: 3 },
        ]),
        1,
      ).failed,
    ).toBe(1)
  })

  test('an error outside every test is a failure', () => {
    expect(ofVitest(report(3, 0, [{ status: 'passed', tests: 3 }]), 1).failed).toBe(1)
  })

  test('what failed is named, with the first line of why', () => {
    const failed = report(3, 1, [
      { status: 'failed', tests: 0 },
      { status: 'passed', tests: 2 },
      { status: 'failed', tests: 2 },
    ])
    expect(failuresOf(failed)).toEqual(['a.test.ts: SyntaxError: no', 'a.test.ts > does 0: Error: it does not'])
    expect(failuresOf(undefined)).toEqual([])
  })

  test('no report, and no test, are failures', () => {
    expect(ofVitest(undefined, 0).failed).toBe(1)
    expect(ofVitest(report(0, 0), 0).failed).toBe(1)
  })

  test('the last line and the exit code', () => {
    const all = add(ofCommand(0), ofVitest(report(4, 0, [{ status: 'passed', tests: 4 }]), 0))
    expect([lastLine(all), exitCode(all)]).toEqual(['5 passed, 0 failed', 0])
    expect([lastLine(add(all, ofCommand(2))), exitCode(add(all, ofCommand(2)))]).toEqual(['5 passed, 1 failed', 1])
    expect(exitCode(NOTHING)).toBe(1)
  })
})
