import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import type { Plugin } from 'vite'

/** What is worth compressing; pictures and fonts are already. */
const COMPRESSIBLE = /\.(html|js|css|svg|json|webmanifest)$/
/** Files with a hash in their name: never changed, so a browser may keep them. */
const HASHED = /^assets\//
const SERVICE_WORKER = 'sw.js'

type Entry = { readonly path: string; readonly bytes: number; readonly sha256: string; readonly sha384: string }

const digest = (algorithm: 'sha256' | 'sha384', body: Buffer, encoding: 'hex' | 'base64'): string =>
  createHash(algorithm).update(body).digest(encoding)

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted()

/** Says in the page itself which bytes its scripts and styles must have. */
const withIntegrity = (html: string, folder: string): string =>
  html.replaceAll(
    /<(script|link)\b[^>]*?\b(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"[^>]*>/g,
    (tag, _name, path: string) => {
      const integrity = `sha384-${digest('sha384', readFileSync(join(folder, path)), 'base64')}`
      return tag.replace('>', ` integrity="${integrity}">`)
    },
  )

/**
 * After the build: integrity of scripts and styles in the page, the service worker's list of files, release.json with the hash of
 * every file, and a brotli twin of everything that gets smaller by it.
 */
export function release(): Plugin {
  let folder = ''
  let version = ''
  return {
    name: 'hausrecht-release',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir)
      version = JSON.parse(readFileSync(join(config.root, 'package.json'), 'utf8')).version
    },
    closeBundle() {
      const page = join(folder, 'index.html')
      writeFileSync(page, withIntegrity(readFileSync(page, 'utf8'), folder))

      const kept = filesIn(folder).filter(
        path => HASHED.test(path) || path === 'index.html' || path === 'manifest.webmanifest',
      )
      const worker = readFileSync(join(folder, SERVICE_WORKER), 'utf8')
      const contents = kept.map(path => digest('sha256', readFileSync(join(folder, path)), 'hex')).join()
      const name = digest('sha256', Buffer.from(contents), 'hex').slice(0, 16)
      writeFileSync(
        join(folder, SERVICE_WORKER),
        worker.replace("'FILES'", JSON.stringify(kept.map(path => `/${path}`))).replace('SHELL_NAME', `shell-${name}`),
      )

      const entries = filesIn(folder).map((path): Entry => {
        const body = readFileSync(join(folder, path))
        return {
          path,
          bytes: body.length,
          sha256: digest('sha256', body, 'hex'),
          sha384: digest('sha384', body, 'base64'),
        }
      })
      writeFileSync(join(folder, 'release.json'), `${JSON.stringify({ version, files: entries }, null, 1)}\n`)

      for (const path of filesIn(folder).filter(path => COMPRESSIBLE.test(path))) {
        const body = readFileSync(join(folder, path))
        const small = brotliCompressSync(body, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
        })
        if (small.length < body.length) writeFileSync(join(folder, `${path}.br`), small)
      }
    },
  }
}
