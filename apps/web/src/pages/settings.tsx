import type { ReactNode } from 'react'
import { ButtonLink } from '../parts/button.tsx'
import { useHousehold } from '../parts/engine.tsx'
import { Segments } from '../parts/field.tsx'
import { Page } from '../parts/page.tsx'
import { Passkeys } from '../parts/passkeys.tsx'
import { changeSetting, useSetting } from '../settings.ts'
import { useWords } from '../words/language.ts'
import { CameraOrder } from './camera-order.tsx'
import { HouseholdName, Leave } from './settings-household.tsx'
import { HubHealth, Storage } from './settings-hub.tsx'
import { ThisApp } from './this-app.tsx'

/** Everything that can be set, in one page that reads from top to bottom. */
export function Settings(): ReactNode {
  const words = useWords()
  const household = useHousehold()
  const { settings } = words
  return (
    <Page title={settings.title} name={settings.title}>
      <div className="settings">
        <Section id="household" title={settings.household.title}>
          <HouseholdName />
        </Section>
        <Section
          id="cameras"
          title={settings.cameras.title}
          text={household.cameras.length > 1 ? words.cameras.order.text : undefined}
        >
          <CameraOrder />
          {household.admin ? (
            <div className="buttons">
              <ButtonLink to="/cameras/new" icon="plus">
                {settings.cameras.add}
              </ButtonLink>
            </div>
          ) : null}
        </Section>
        <Section id="hub" title={settings.hub.title}>
          <HubHealth />
        </Section>
        <Section id="storage" title={settings.storage.title}>
          <Storage />
        </Section>
        <Section id="language" title={settings.language.title}>
          <LanguageChoice />
        </Section>
        <Section id="appearance" title={settings.appearance.title}>
          <AppearanceChoice />
        </Section>
        <div className="settings-section">
          <div />
          <Passkeys />
        </div>
        <Section id="app" title={settings.app.title} text={settings.app.text}>
          <ThisApp />
        </Section>
        <Section id="about" title={settings.about.title}>
          <p className="second">{settings.about.text}</p>
          <p className="quiet">{settings.about.licences}</p>
        </Section>
        <Section id="leave" title={settings.leave.title} text={settings.leave.text}>
          <Leave />
        </Section>
      </div>
    </Page>
  )
}

function Section(props: {
  readonly id: string
  readonly title: string
  readonly text?: string | undefined
  readonly children: ReactNode
}): ReactNode {
  return (
    <section className="settings-section" aria-labelledby={`set-${props.id}`}>
      <div>
        <h2 id={`set-${props.id}`}>{props.title}</h2>
        {props.text === undefined ? null : <p className="quiet">{props.text}</p>}
      </div>
      <div className="stack">{props.children}</div>
    </section>
  )
}

function LanguageChoice(): ReactNode {
  const words = useWords()
  const { language } = words.settings
  return (
    <div>
      <Segments
        label={language.title}
        value={useSetting('language')}
        onChange={value => changeSetting('language', value)}
        options={[
          { value: 'auto', label: language.auto },
          { value: 'en', label: language.en },
          { value: 'de', label: language.de },
        ]}
      />
    </div>
  )
}

function AppearanceChoice(): ReactNode {
  const words = useWords()
  const { appearance } = words.settings
  return (
    <div>
      <Segments
        label={appearance.title}
        value={useSetting('appearance')}
        onChange={value => changeSetting('appearance', value)}
        options={[
          { value: 'auto', label: appearance.auto },
          { value: 'dark', label: appearance.dark },
          { value: 'light', label: appearance.light },
        ]}
      />
    </div>
  )
}
