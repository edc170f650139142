export function FirstRun(_: Record<string, unknown>) {
  return <main id="page">FirstRun</main>
}
