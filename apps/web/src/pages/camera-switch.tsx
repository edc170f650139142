import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { useLocation } from 'wouter'
import type { CameraView } from '../engine/api.ts'
import { useHousehold } from '../parts/engine.tsx'
import { Icon } from '../parts/icon.tsx'
import { activeCameras } from '../parts/who.ts'
import { useWords } from '../words/language.ts'

/** The camera's name, which leads to the others: at the same moment when it is in the past. */
export function CameraSwitch({ camera, at }: { readonly camera: CameraView; readonly at: number | null }): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const [, go] = useLocation()
  const others = activeCameras(household).filter(other => other.id !== camera.id)
  if (others.length === 0) return <h1>{camera.name}</h1>
  return (
    <div className="camera-switch">
      <h1>{camera.name}</h1>
      <MenuTrigger>
        <AriaButton className="icon-button" aria-label={words.camera.switch}>
          <Icon name="down" size={20} />
        </AriaButton>
        <Popover className="menu-box" placement="bottom start">
          <Menu
            className="menu"
            aria-label={words.camera.switch}
            onAction={key => go(`/cameras/${String(key)}${at === null ? '' : `?at=${at}`}`)}
          >
            {others.map(other => (
              <MenuItem className="menu-item" id={other.id} key={other.id} textValue={other.name}>
                <Icon name={other.live?.state === 'trouble' ? 'warn' : 'camera'} size={20} />
                <span className="grow">{other.name}</span>
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  )
}
