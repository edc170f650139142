import { spawnSync } from 'node:child_process'

/** Real peers that the integration and end-to-end tests run against. `npm start` needs none of them. */
export const DEBIAN_PACKAGES: readonly string[] = [
  'chromium',
  'ffmpeg',
  'python3-gi',
  'gir1.2-gst-rtsp-server-1.0',
  'gir1.2-gstreamer-1.0',
  'gstreamer1.0-plugins-base',
  'gstreamer1.0-plugins-good',
  'gstreamer1.0-plugins-bad',
  'gstreamer1.0-rtsp',
  'opencv-doc',
  'openssl',
  'swtpm',
  'tpm2-tools',
  'postgresql',
  'swift',
  'swift-proxy',
  'swift-account',
  'swift-container',
  'swift-object',
  'memcached',
  'tmux',
]

const isInstalled = (name: string): boolean => {
  const { stdout } = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' })
  return /^Status: install ok installed$/m.test(stdout ?? '')
}

const apt = (args: readonly string[]): string | undefined => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stdout, stderr, error } = spawnSync('apt-get', ['-q', ...args], { encoding: 'utf8', env })
  if (status === 0) return undefined
  return error?.message ?? `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n')
}

/** Installs what is missing when we may; otherwise says what to install. Returns the problem, or undefined. */
export function ensureDebianPackages(say: (line: string) => void): string | undefined {
  const missing = DEBIAN_PACKAGES.filter(name => !isInstalled(name))
  if (missing.length === 0) return undefined
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0) {
    return `These tests need Debian packages that are missing. As root, run:\n  ${command}\nThen run npm test again, or only what needs none: npm test -- fast`
  }
  say(`Installing Debian packages for the tests: ${missing.join(' ')}`)
  const problem = apt(['update']) ?? apt(['install', '-y', '--no-install-recommends', ...missing])
  return problem === undefined ? undefined : `${command} failed:\n${problem}`
}
