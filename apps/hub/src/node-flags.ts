/**
 * How Node should be started for a hub: `node ${HUB_NODE_FLAGS} apps/hub/bin/hub.mjs`. A hub has a small heap and large buffers; with a
 * large young generation the buffers' wrappers are found dead late, and the process is 60 MB larger (docs/decisions/0073).
 * A hub works without them.
 */
export const HUB_NODE_FLAGS: readonly string[] = [
  '--max-semi-space-size=2',
  '--no-incremental-marking',
  '--single-threaded-gc',
]
