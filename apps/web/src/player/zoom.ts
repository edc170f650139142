/** Digital zoom: how much larger, and which point of the picture (0…1) is in the middle. */
export type Zoom = { readonly scale: number; readonly x: number; readonly y: number }

export const NO_ZOOM: Zoom = { scale: 1, x: 0.5, y: 0.5 }
export const SCALE_MOST = 8

/** No part of the frame is left without picture. */
export function bounded({ scale, x, y }: Zoom): Zoom {
  const s = Math.min(SCALE_MOST, Math.max(1, scale))
  const half = 0.5 / s
  const within = (value: number): number => Math.min(1 - half, Math.max(half, value))
  return { scale: s, x: within(x), y: within(y) }
}

/** Zooms by `factor` so that the point at (px, py) of the frame, 0…1 each, stays where it is. */
export function zoomAbout(zoom: Zoom, factor: number, px: number, py: number): Zoom {
  const scale = Math.min(SCALE_MOST, Math.max(1, zoom.scale * factor))
  const keep = (middle: number, at: number): number => middle + (at - 0.5) * (1 / zoom.scale - 1 / scale)
  return bounded({ scale, x: keep(zoom.x, px), y: keep(zoom.y, py) })
}

/** Moves the picture by a part of the frame. */
export const panBy = (zoom: Zoom, dx: number, dy: number): Zoom =>
  bounded({ ...zoom, x: zoom.x - dx / zoom.scale, y: zoom.y - dy / zoom.scale })

/** As CSS shows it, with the origin in the middle. */
export const transformOf = ({ scale, x, y }: Zoom): string =>
  `scale(${scale}) translate(${(0.5 - x) * 100}%, ${(0.5 - y) * 100}%)`
