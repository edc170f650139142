export function EditCamera(_: Record<string, unknown>) {
  return <main id="page">EditCamera</main>
}
