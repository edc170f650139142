import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { connectEngine } from './engine/connect.ts'
import { followAppearance } from './parts/appearance.ts'
import { EngineProvider } from './parts/engine.tsx'
import { keepShell } from './parts/offline.ts'
import './style/index.css'

const root = document.getElementById('app')
if (root === null) throw new Error('index.html has lost its #app')

followAppearance()
keepShell()
createRoot(root).render(
  <EngineProvider engine={connectEngine()}>
    <App />
  </EngineProvider>,
)
