export function Camera(_: Record<string, unknown>) {
  return <main id="page">Camera</main>
}
export function AnyCamera() {
  return <main id="page">AnyCamera</main>
}
