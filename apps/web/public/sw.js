/*
 * Keeps the app's own files, so that it opens without a connection. The build fills in the list and a name that changes with any of
 * them. Nothing under /v1 is ever touched: what belongs to a household is not kept here.
 */
const SHELL = 'SHELL_NAME'
const FILES = 'FILES'

self.addEventListener('install', event => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then(cache =>
        cache.addAll(FILES.map(path => new Request(path === '/index.html' ? '/' : path, { cache: 'reload' }))),
      )
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', event => {
  event.waitUntil(
    caches
      .keys()
      .then(names => Promise.all(names.filter(name => name !== SHELL).map(name => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin || url.pathname.startsWith('/v1/')) return
  if (request.mode === 'navigate') {
    // The newest page when there is a connection, the kept one when there is none.
    event.respondWith(
      fetch(request).catch(() => caches.match('/', { cacheName: SHELL }).then(kept => kept ?? Response.error())),
    )
    return
  }
  if (url.pathname.startsWith('/assets/')) {
    event.respondWith(caches.match(request, { cacheName: SHELL }).then(kept => kept ?? fetch(request)))
  }
})
