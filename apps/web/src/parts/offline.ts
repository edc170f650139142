import { scriptUrl } from '../trusted.ts'

/** The built app keeps its own files, so that it opens without a connection and says so. Nothing of the household is kept there. */
export function keepShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  navigator.serviceWorker.register(scriptUrl('/sw.js'), { type: 'classic', updateViaCache: 'none' }).catch(() => {
    // private windows refuse it; the app works the same with a connection
  })
}
