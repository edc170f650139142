declare module '*?worker&url' {
  /** Address of a bundled worker. */
  const url: string
  export default url
}
