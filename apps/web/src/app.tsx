import { Component, lazy, type ReactNode, Suspense, useState } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { Home } from './pages/home.tsx'
import { Button, ButtonLink } from './parts/button.tsx'
import { useEngineState } from './parts/engine.tsx'
import { Page } from './parts/page.tsx'
import { Shell } from './parts/shell.tsx'
import { Blank, Waits } from './parts/states.tsx'
import { useWords } from './words/language.ts'

const FirstRun = lazy(async () => ({ default: (await import('./pages/first-run.tsx')).FirstRun }))
const SignIn = lazy(async () => ({ default: (await import('./pages/sign-in.tsx')).SignIn }))
const Stopped = lazy(async () => ({ default: (await import('./pages/sign-in.tsx')).Stopped }))
const Insecure = lazy(async () => ({ default: (await import('./pages/insecure.tsx')).Insecure }))
const Camera = lazy(async () => ({ default: (await import('./pages/camera.tsx')).Camera }))
const AnyCamera = lazy(async () => ({ default: (await import('./pages/camera.tsx')).AnyCamera }))
const AddCamera = lazy(async () => ({ default: (await import('./pages/add-camera.tsx')).AddCamera }))
const EditCamera = lazy(async () => ({ default: (await import('./pages/edit-camera.tsx')).EditCamera }))
const Family = lazy(async () => ({ default: (await import('./pages/family.tsx')).Family }))
const Privacy = lazy(async () => ({ default: (await import('./pages/privacy.tsx')).Privacy }))
const Settings = lazy(async () => ({ default: (await import('./pages/settings.tsx')).Settings }))

/** Where somebody is before there is a household: at the link of a hub, or at the passkey. */
type Door = 'claim' | 'sign-in'

export function App(): ReactNode {
  const words = useWords()
  const state = useEngineState()
  // The first run goes on after the hub has let this browser in: there is a passkey to make yet.
  const [settingUp, setSettingUp] = useState(false)
  const [door, setDoor] = useState<Door>('claim')
  const waits = (
    <div className="alone">
      <Waits text={words.common.starting} />
    </div>
  )
  const inside = (): ReactNode => {
    if (!window.isSecureContext) return <Insecure />
    if (state.phase === 'starting') return waits
    if (state.phase === 'stopped') return <Stopped code={state.code} detail={state.detail} />
    if (settingUp)
      return <FirstRun onBegin={() => undefined} onEnd={() => setSettingUp(false)} onSignIn={() => undefined} />
    if (state.phase === 'pending')
      return state.hub ? (
        <FirstRun
          onBegin={() => setSettingUp(true)}
          onEnd={() => setSettingUp(false)}
          onSignIn={() => setDoor('sign-in')}
        />
      ) : (
        <SignIn onSetUp={() => setDoor('claim')} />
      )
    if (state.phase === 'new') {
      return door === 'sign-in' ? (
        <SignIn onSetUp={() => setDoor('claim')} />
      ) : (
        <FirstRun
          onBegin={() => setSettingUp(true)}
          onEnd={() => setSettingUp(false)}
          onSignIn={() => {
            setSettingUp(false)
            setDoor('sign-in')
          }}
        />
      )
    }
    return <Places />
  }
  return (
    <Stumble>
      <Suspense fallback={waits}>{inside()}</Suspense>
    </Stumble>
  )
}

function Places(): ReactNode {
  return (
    <Shell>
      <Suspense fallback={<main className="page" id="page" tabIndex={-1} />}>
        <Switch>
          <Route path="/" component={Home} />
          <Route path="/cameras" component={AnyCamera} />
          <Route path="/cameras/new" component={AddCamera} />
          <Route path="/cameras/:id/edit">{({ id }) => <EditCamera key={id} id={id} />}</Route>
          <Route path="/cameras/:id">{({ id }) => <Camera key={id} id={id} />}</Route>
          <Route path="/family" component={Family} />
          <Route path="/privacy" component={Privacy} />
          <Route path="/settings" component={Settings} />
          <Route path="/claim">
            <Redirect to="/" replace />
          </Route>
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Shell>
  )
}

function NotFound(): ReactNode {
  const words = useWords()
  return (
    <Page title={words.common.brand} name={words.common.notFound.title}>
      <Blank icon="info" title={words.common.notFound.title} text={words.common.notFound.text}>
        <ButtonLink to="/" kind="main">
          {words.common.notFound.next}
        </ButtonLink>
      </Blank>
    </Page>
  )
}

/** A mistake of ours must not leave an empty page. */
class Stumble extends Component<{ readonly children: ReactNode }, { readonly fallen: boolean }> {
  override state = { fallen: false }
  static getDerivedStateFromError(): { readonly fallen: boolean } {
    return { fallen: true }
  }
  override render(): ReactNode {
    return this.state.fallen ? <Fallen /> : this.props.children
  }
}

function Fallen(): ReactNode {
  const words = useWords()
  return (
    <main className="alone">
      <Blank icon="warn" title={words.common.crashed.title} text={words.common.crashed.text}>
        <Button kind="main" onPress={() => window.location.reload()}>
          {words.common.crashed.next}
        </Button>
      </Blank>
    </main>
  )
}
