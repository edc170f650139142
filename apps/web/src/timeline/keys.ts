/** What a key means on the ribbon. */
export type Key =
  | { readonly type: 'by'; readonly ms: number }
  | { readonly type: 'page'; readonly screens: number }
  | { readonly type: 'zoom'; readonly factor: number }
  | { readonly type: 'first' }
  | { readonly type: 'now' }

export const STEP_MS = 10_000
export const LONG_STEP_MS = 60_000
const ZOOM = 1.6

type Pressed = {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** Later is right and up, as for every slider; on a vertical ribbon up is where the newer things are. Null leaves the key to the page. */
export function keyOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed): Key | null {
  if (ctrlKey || metaKey || altKey) return null
  const step = shiftKey ? LONG_STEP_MS : STEP_MS
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return { type: 'by', ms: step }
    case 'ArrowLeft':
    case 'ArrowDown':
      return { type: 'by', ms: -step }
    case 'PageUp':
      return { type: 'page', screens: 1 }
    case 'PageDown':
      return { type: 'page', screens: -1 }
    case 'Home':
      return { type: 'first' }
    case 'End':
      return { type: 'now' }
    case '+':
    case '=':
      return { type: 'zoom', factor: ZOOM }
    case '-':
    case '_':
      return { type: 'zoom', factor: 1 / ZOOM }
    default:
      return null
  }
}
