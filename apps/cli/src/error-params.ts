/** What happened, what was not lost (when something could have been), and the one next step. */
export type Explanation = Readonly<{ what: string; kept?: string; next: string }>

/** What each message has to know. */
export type ErrorParams = {
  port_taken: { port: number; who: string }
  host_refused: { host: string }
  read_only: { path: string }
  disk_full: { path: string }
  already_running: { path: string; pid: number }
  not_set_up: { path: string }
  already_set_up: { path: string }
  still_pending: { path: string }
  no_such_camera: { name: string; known: string }
  ambiguous_camera: { name: string; known: string }
  camera_name_taken: { name: string }
  no_such_device: { name: string }
  bad_time: { text: string }
  bad_range: { from: string; to: string }
  in_the_future: { from: string }
  nothing_recorded: { camera: string; span: string }
  all_deleted: { camera: string; span: string; when: string }
  not_allowed: { reason: string }
  output_exists: { path: string }
  needs_yes: { what: string }
  declined: object
  interrupted: {
    next: string
  }
  vault_unreachable: { url: string }
  digits_differ: object
  nobody_waits: object
  child_failed: { part: string; reason: string }
  camera_problem: {
    what: string
    next: string
  }
  damaged: { what: string }
  log_alarm: { what: string }
  clock_off: object
  vault_full: { reason: string }
  vault_refused: { reason: string }
  join_failed: { reason: string }
  start_failed: { reason: string }
  joined_folder: { path: string; vault: string }
  app_build: { reason: string }
  codec_changed: object
  no_log: { source: string }
  log_unreachable: { url: string }
  log_not_open: { url: string }
  bad_policy: { path: string; reason: string }
  no_policy: { log: string }
  unreadable: { path: string }
  no_such_order: { name: string }
  no_such_leaf: { index: string; size: number }
  cell: { what: string }
  usage: { what: string; command: string }
  unexpected: { what: string }
}
export type ErrorCode = keyof ErrorParams

export type Catalogue = { readonly [C in ErrorCode]: (params: Readonly<ErrorParams[C]>) => Explanation }
