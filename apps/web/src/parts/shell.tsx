import { type ReactNode, useEffect, useRef } from 'react'
import { Link, useLocation } from 'wouter'
import { useWords } from '../words/language.ts'
import { useHousehold } from './engine.tsx'
import { Icon, type IconName } from './icon.tsx'
import { Notices } from './notice.tsx'

type Place = {
  readonly name: 'home' | 'cameras' | 'family' | 'privacy' | 'settings'
  readonly icon: IconName
  readonly path: string
}
const PLACES: readonly Place[] = [
  { name: 'home', icon: 'home', path: '/' },
  { name: 'cameras', icon: 'camera', path: '/cameras' },
  { name: 'family', icon: 'family', path: '/family' },
  { name: 'privacy', icon: 'privacy', path: '/privacy' },
  { name: 'settings', icon: 'settings', path: '/settings' },
]

const isAt = (location: string, path: string): boolean =>
  path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`)

/** The places around every page. A new place takes the focus, so that the ear and the keyboard begin there. */
export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  const words = useWords()
  const [location] = useLocation()
  const household = useHousehold()
  const before = useRef(location)
  useEffect(() => {
    if (before.current === location) return
    before.current = location
    window.scrollTo(0, 0)
    document.getElementById('page')?.focus({ preventScroll: true })
  }, [location])
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => document.getElementById('page')?.focus()}>
        {words.places.skip}
      </button>
      <nav className="places" aria-label={words.places.label}>
        <span className="key" aria-hidden="true">
          <Icon name="key" size={20} />
        </span>
        <ul>
          {PLACES.map(place => (
            <li key={place.name}>
              <Link href={place.path} aria-current={isAt(location, place.path) ? 'page' : undefined}>
                <Icon name={place.icon} />
                {words.places[place.name]}
                {place.name === 'family' && household.pending.length > 0 ? (
                  <>
                    <i className="mark" />
                    <span className="only-heard">{words.seal.needsYou}</span>
                  </>
                ) : null}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {children}
      <Notices />
    </div>
  )
}
