import type { ReactNode } from 'react'

/** The icon set: 24-unit grid, round 1.8 strokes, drawn for this app. */
const SHAPES = {
  home: <path d="M4 11 12 4l8 7v9h-5.5v-6h-5v6H4z" />,
  camera: (
    <>
      <rect x="3" y="6" width="13" height="12" rx="3" />
      <path d="m16 11 5-3v8l-5-3z" />
    </>
  ),
  family: (
    <>
      <circle cx="9" cy="8.5" r="3.4" />
      <path d="M3 20c0-3.6 2.6-6 6-6s6 2.4 6 6M15.5 5.4a3.3 3.3 0 0 1 0 6.2M17.5 14.6c2.2.8 3.5 2.8 3.5 5.4" />
    </>
  ),
  privacy: <path d="M12 3 5 6v5c0 4.6 3 8 7 10 4-2 7-5.4 7-10V6z" />,
  settings: (
    <>
      <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
      <circle cx="16" cy="7" r="2.4" />
      <circle cx="8" cy="17" r="2.4" />
    </>
  ),
  key: (
    <>
      <circle cx="8" cy="12" r="4.2" />
      <path d="M12.2 12H21v3.4M17.4 12v2.6" />
    </>
  ),
  play: <path d="M8 5.5v13l10.5-6.5z" fill="currentColor" />,
  pause: (
    <>
      <path d="M8.5 6v12M15.5 6v12" strokeWidth="3.4" />
    </>
  ),
  sound: <path d="M4 10v4h3.5L12 18V6L7.500 10zM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11" />,
  mute: <path d="M4 10v4h3.5L12 18V6L7.500 10zM16.500 9.500l5 5M21.500 9.500l-5 5" />,
  full: <path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />,
  unfull: <path d="M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5" />,
  pip: (
    <>
      <rect x="3" y="5" width="18" height="14" rx="3" />
      <rect x="12" y="12" width="6.500" height="4.500" rx="1" fill="currentColor" stroke="none" />
    </>
  ),
  picture: (
    <>
      <path d="M4 8.500h3.500L9 6h6l1.500 2.500H20V19H4z" />
      <circle cx="12" cy="13.200" r="3.300" />
    </>
  ),
  zoomIn: (
    <>
      <circle cx="10.500" cy="10.500" r="6" />
      <path d="m15 15 5 5M10.500 8v5M8 10.500h5" />
    </>
  ),
  zoomOut: (
    <>
      <circle cx="10.500" cy="10.500" r="6" />
      <path d="m15 15 5 5M8 10.500h5" />
    </>
  ),
  frameBack: <path d="M17 6v12l-8-6zM6 6v12" />,
  frameForward: <path d="M7 6v12l8-6zM18 6v12" />,
  back10: (
    <>
      <path d="M5 5v4h4M5.300 9A7.500 7.500 0 1 1 4.500 13" />
      <path
        d="M9.800 11v5M14 11c-1.200 0-1.600 1-1.600 2.500S12.800 16 14 16s1.600-1 1.600-2.500S15.200 11 14 11z"
        strokeWidth="1.500"
      />
    </>
  ),
  forward10: (
    <>
      <path d="M19 5v4h-4M18.700 9a7.500 7.500 0 1 0 .8 4" />
      <path
        d="M8.800 11v5M13 11c-1.200 0-1.600 1-1.600 2.500S11.800 16 13 16s1.600-1 1.600-2.500S14.200 11 13 11z"
        strokeWidth="1.500"
      />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 7.500V12l3 2" />
    </>
  ),
  scissors: (
    <>
      <circle cx="6.500" cy="7" r="2.500" />
      <circle cx="6.500" cy="17" r="2.500" />
      <path d="M8.700 8.400 20 16.500M8.700 15.600 20 7.500" />
    </>
  ),
  bin: <path d="M5 7h14M9.500 7V4.500h5V7M7 7l.8 12.500h8.400L17 7M10.500 10.500v5.500M13.500 10.500v5.500" />,
  save: <path d="M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 19.500h14" />,
  plus: <path d="M12 5v14M5 12h14" />,
  minus: <path d="M5 12h14" />,
  close: <path d="M6.500 6.500l11 11M17.500 6.500l-11 11" />,
  check: <path d="m5 12.500 4.500 4.500L19 7.500" />,
  right: <path d="m9 6 6 6-6 6" />,
  left: <path d="m15 6-6 6 6 6" />,
  up: <path d="m6 15 6-6 6 6" />,
  down: <path d="m6 9 6 6 6-6" />,
  edit: <path d="M5 19l.8-3.800L15.500 5.500l3 3-9.700 9.700z" />,
  keys: (
    <>
      <rect x="3" y="6.500" width="18" height="11" rx="2.500" />
      <path d="M7 10.500h.01M10.300 10.500h.01M13.700 10.500h.01M17 10.500h.01M8 14h8" />
    </>
  ),
  eye: (
    <>
      <path d="M3 12c2-4 5.200-6 9-6s7 2 9 6c-2 4-5.200 6-9 6s-7-2-9-6z" />
      <circle cx="12" cy="12" r="2.800" />
    </>
  ),
  gap: <path d="M4 12h3M17 12h3M9.500 8.500l5 7M14.500 8.500l-5 7" />,
  warn: <path d="M12 4 3 19.500h18zM12 10v4.500M12 17h.01" />,
  info: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M12 11v5M12 8h.01" />
    </>
  ),
  away: (
    <path d="M4 4l16 16M8.500 6.500A10 10 0 0 1 21 10M3 10a12 12 0 0 1 3-2M6.500 13.500a8 8 0 0 1 4-2M12 18.500h.01M15 12a8 8 0 0 1 2.500 1.500" />
  ),
  hub: (
    <>
      <rect x="4" y="12.500" width="16" height="6.500" rx="2" />
      <path d="M7.500 15.800h.01M11 15.800h5.500M8.500 9.500a5 5 0 0 1 7 0M6 6.700a8.500 8.500 0 0 1 12 0" />
    </>
  ),
  device: (
    <>
      <rect x="7" y="3.500" width="10" height="17" rx="2.500" />
      <path d="M11 17.500h2" />
    </>
  ),
  more: <path d="M6 12h.01M12 12h.01M18 12h.01" strokeWidth="3" />,
  grip: <path d="M9 7h.01M15 7h.01M9 12h.01M15 12h.01M9 17h.01M15 17h.01" strokeWidth="2.600" />,
  passkey: (
    <>
      <circle cx="9.500" cy="8" r="3.500" />
      <path d="M3.500 19.500c0-3.500 2.500-6 6-6 1 0 1.800.2 2.600.5" />
      <circle cx="17.300" cy="13" r="2.300" />
      <path d="M17.300 15.300V21l1.900-1.700" />
    </>
  ),
  shutter: <path d="M4 6h16M4 10h16M4 14h16M4 18h16" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof SHAPES

/** A picture beside words, or inside something that has a label: never the only carrier of meaning. */
export function Icon({ name, size = 22 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.800"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {SHAPES[name]}
    </svg>
  )
}

/** The seal: a scalloped disc with a keyhole's eye. */
export function SealMark({ size = 22 }: { readonly size?: number }): ReactNode {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 24 24" fill="currentColor" fillRule="evenodd">
      <path d="M12 2l2.600 2 3.200-.3 1 3.100 2.700 1.800-1.100 3 1.100 3-2.700 1.800-1 3.100-3.200-.3L12 22l-2.600-2-3.200.3-1-3.100L2.500 15.400l1.100-3-1.100-3L5.200 7.600l1-3.100 3.200.3zM12 8.600a2.300 2.300 0 0 0-1.100 4.300l-.6 3h3.400l-.6-3A2.300 2.300 0 0 0 12 8.600z" />
    </svg>
  )
}
