export function Privacy() {
  return <main id="page">Privacy</main>
}
