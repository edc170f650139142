import { type ReactNode, useEffect } from 'react'
import { Page } from '../parts/page.tsx'
import { useWords } from '../words/language.ts'
import { Kept } from './kept.tsx'
import { Knows } from './knows.tsx'
import { Looked } from './looked.tsx'

/** Who looked, what is kept until when, and what the vault knows. */
export function Privacy(): ReactNode {
  const words = useWords()
  const { privacy } = words
  useEffect(() => {
    const { hash } = window.location
    if (hash.length > 1) document.getElementById(hash.slice(1))?.scrollIntoView()
  }, [])
  return (
    <Page title={privacy.title} name={privacy.title} sub={privacy.sub}>
      <div className="columns">
        <Looked />
        <div className="stack wide">
          <Kept />
          <Knows />
        </div>
      </div>
    </Page>
  )
}
