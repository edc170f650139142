export function Settings() {
  return <main id="page">Settings</main>
}
