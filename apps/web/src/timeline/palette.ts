import type { Colours } from './scene.ts'

/** The colours of the style sheet, as they are at an element. */
export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element)
  const colour = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise
  return {
    room: colour('--room', '#1a1816'),
    raise: colour('--raise', '#242120'),
    line: colour('--line', '#34302c'),
    ink: colour('--ink', '#f2ede4'),
    ink2: colour('--ink-2', '#b9b0a2'),
    ink3: colour('--ink-3', '#9a9184'),
    patina: colour('--patina', '#62c6b0'),
    red: colour('--red-fill', '#c93a36'),
    onRed: '#ffffff',
    font: style.fontFamily,
  }
}
