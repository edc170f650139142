/** How many things were checked, and how they went. A check (types, lint, …) is one thing, and so is each test. */
export type Counts = Readonly<{ passed: number; failed: number; skipped: number }>

export const NOTHING: Counts = { passed: 0, failed: 0, skipped: 0 }

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

/** A check that is one command: it counts as one. */
export const ofCommand = (code: number): Counts => (code === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 })

type Report = Readonly<{
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: readonly Readonly<{
    name: string
    status: string
    message: string
    assertionResults: readonly Readonly<{ status: string; fullName: string; failureMessages?: readonly string[] }>[]
  }>[]
}>

/** What failed in a vitest run and how it begins to say why, a line each: the end of a long run is where people look. */
export function failuresOf(report: Report | undefined): readonly string[] {
  const first = (text: string): string => text.trim().split('\n')[0] ?? ''
  return (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    if (status === 'failed' && assertionResults.length === 0) return [`${name}: ${first(message)}`]
    return assertionResults
      .filter(test => test.status === 'failed')
      .map(({ fullName, failureMessages }) => `${name} > ${fullName}: ${first(failureMessages?.[0] ?? '')}`)
  })
}

/**
 * Counts of a vitest run, from its JSON report and its exit code. A file that could not be loaded has no tests in the
 * report: it counts as one failure. A run that failed for a reason that is in no test (an unhandled rejection, no
 * file found, killed) counts as one failure too, so that nothing that went wrong adds up to "0 failed".
 */
export function ofVitest(report: Report | undefined, code: number): Counts {
  if (report === undefined) return { ...NOTHING, failed: 1 }
  const unloaded = report.testResults.filter(
    file => file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  const failed = report.numFailedTests + unloaded
  const silent = failed === 0 && (code !== 0 || report.numPassedTests === 0) ? 1 : 0
  return {
    passed: report.numPassedTests,
    failed: failed + silent,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** The line that a run ends with. */
export const lastLine = ({ passed, failed }: Counts): string => `${passed} passed, ${failed} failed`

/** A run in which nothing ran has proved nothing. */
export const exitCode = ({ passed, failed }: Counts): number => (failed > 0 || passed === 0 ? 1 : 0)
