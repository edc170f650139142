export function AddCamera() {
  return <main id="page">AddCamera</main>
}
