export function Family() {
  return <main id="page">Family</main>
}
