export function SignIn(_: Record<string, unknown>) {
  return <main id="page">SignIn</main>
}
export function Stopped(_: Record<string, unknown>) {
  return <main id="page">Stopped</main>
}
