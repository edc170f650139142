/** What a page of this folder can be asked for from outside. */
export const expose = (methods: Record<string, (...args: never[]) => unknown>): void => {
  Object.assign(window, methods)
}

/** A video of the page. */
export function addVideo(): HTMLVideoElement {
  const video = document.createElement('video')
  video.style.width = '640px'
  video.muted = true
  video.playsInline = true
  document.body.append(video)
  return video
}

/** A place across the page, below where a picture would be. */
export function addPlace(): HTMLElement {
  const place = document.createElement('div')
  place.style.cssText = 'position:absolute;left:20px;right:20px;top:500px'
  document.body.append(place)
  return place
}
