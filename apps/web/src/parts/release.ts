/** The list of the app's files that the build wrote beside them. */
export type Release = {
  readonly version: string
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
}

const isRelease = (value: unknown): value is Release =>
  typeof value === 'object' && value !== null && 'version' in value && 'files' in value && Array.isArray(value.files)

/** @returns null when the app was not built, so that there is no list */
export async function readRelease(): Promise<Release | null> {
  const response = await fetch('/release.json', { cache: 'no-cache' })
  if (!response.ok || !response.headers.get('content-type')?.includes('json')) return null
  const value: unknown = await response.json()
  return isRelease(value) ? value : null
}

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map(byte => byte.toString(16).padStart(2, '0')).join('')

/** Files whose bytes, as this browser gets them now, are not those of the list. */
export async function differing(release: Release): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const { path, sha256 } of release.files) {
    const response = await fetch(path === 'index.html' ? '/' : `/${path}`)
    const found = response.ok ? hex(await crypto.subtle.digest('SHA-256', await response.arrayBuffer())) : ''
    if (found !== sha256) wrong.push(path)
  }
  return wrong
}
