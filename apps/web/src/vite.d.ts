/** What vite adds to the language, as far as the app uses it. */
declare module '*.css' {}

interface ImportMeta {
  readonly env: { readonly PROD: boolean; readonly DEV: boolean; readonly MODE: string }
}
