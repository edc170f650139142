declare module '*?worker&url' {
  /** Address of a bundled worker. */
  const url: string
  export default url
}

/** Style that the bundler collects. */
declare module '*.css'
