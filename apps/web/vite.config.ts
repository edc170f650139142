import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { release } from './build/release.ts'

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * `vite --mode fake` and `vite build --mode fake` put the fake engine in the place of the real one: pages can be looked at in any
 * state without a household. The usual build never reads that folder.
 */
const fakeEngine = (): Plugin => ({
  name: 'hausrecht-fake-engine',
  enforce: 'pre',
  resolveId(source, importer) {
    const isConnect = source.endsWith('/engine/connect.ts') && importer?.endsWith('/src/main.tsx')
    return isConnect ? file('./src/fake/connect.ts') : undefined
  },
})

export default defineConfig(({ mode }) => {
  const fake = mode === 'fake'
  return {
    root: file('.'),
    plugins: [react(), ...(fake ? [fakeEngine()] : []), release()],
    resolve: {
      conditions: ['browser', 'module', 'import', 'default'],
      alias: fake ? { 'node:fs/promises': file('./src/fake/no-files.ts') } : {},
    },
    build: {
      target: 'es2023',
      outDir: fake ? 'dist-fake' : 'dist',
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      cssCodeSplit: true,
    },
    worker: { format: 'es' as const },
    server: { host: '127.0.0.1', port: 5173 },
  }
})
