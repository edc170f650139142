import type { Handler } from './handler.ts'
import type { CommandId } from './program/spec.ts'

/** Commands are loaded when they are called: `hausrecht --help` loads none of them. */
export const HANDLERS: Readonly<Record<CommandId, () => Promise<Handler>>> = {
  start: async () => (await import('./commands/start.ts')).start,
  status: async () => (await import('./commands/status.ts')).status,
  'cameras list': async () => (await import('./commands/cameras.ts')).list,
  'cameras add': async () => (await import('./commands/cameras-add.ts')).add,
  'cameras probe': async () => (await import('./commands/cameras-add.ts')).look,
  'cameras remove': async () => (await import('./commands/cameras.ts')).remove,
  export: async () => (await import('./commands/export.ts')).exportCamera,
  delete: async () => (await import('./commands/delete.ts')).deleteCamera,
  'retention list': async () => (await import('./commands/retention.ts')).list,
  'retention set': async () => (await import('./commands/retention.ts')).set,
  join: async () => (await import('./commands/join.ts')).join,
  approve: async () => (await import('./commands/approve.ts')).approve,
  link: async () => (await import('./commands/link.ts')).link,
  'devices list': async () => (await import('./commands/devices.ts')).list,
  'devices remove': async () => (await import('./commands/devices.ts')).remove,
  'verify log': async () => (await import('./commands/verify-log.ts')).verifyLog,
  'verify proof': async () => (await import('./commands/verify-proof.ts')).verifyProof,
  'log export': async () => (await import('./commands/log-export.ts')).exportLog,
  'log proof': async () => (await import('./commands/log-proof.ts')).proveLeaf,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  init: async () => (await import('./commands/init.ts')).init,
  hub: async () => (await import('./commands/hub.ts')).hub,
  vault: async () => (await import('./commands/vault.ts')).vault,
  witness: async () => (await import('./commands/witness.ts')).witness,
  'sample-camera': async () => (await import('./commands/sample-camera.ts')).sampleCamera,
  completion: async () => (await import('./commands/completion.ts')).completionScript,
}
