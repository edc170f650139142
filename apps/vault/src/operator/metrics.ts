import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { IngestCounters } from '../ingest/ingest.ts'
import type { WitnessState } from '../log/witnesses.ts'
import type { RelayCounters } from '../relay/counters.ts'

/** Metrics for the operator: counts and times, nothing about a household. */
export class Metrics {
  readonly registry = new Registry()
  readonly #requests: Counter<'route' | 'status'>
  readonly #seconds: Counter<'route'>

  constructor(sources: {
    ingest: IngestCounters
    served: { served: number; bytes: number }
    granted: { granted: number }
    purged: { purged: number; failed: number }
    swept: { orphans: number; lost: number; rounds: number }
    relay: { readonly counters: RelayCounters; readonly connected: number; readonly viewers: number }
    waiting: () => Promise<number>
    witnesses: () => readonly WitnessState[]
  }) {
    const registers = [this.registry]
    collectDefaultMetrics({ register: this.registry, prefix: 'hausrecht_vault_' })
    this.#requests = new Counter({
      name: 'hausrecht_vault_requests_total',
      help: 'Requests',
      labelNames: ['route', 'status'],
      registers,
    })
    this.#seconds = new Counter({
      name: 'hausrecht_vault_request_seconds_total',
      help: 'Time in requests',
      labelNames: ['route'],
      registers,
    })
    const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
      new Gauge({
        name: `hausrecht_vault_${name}`,
        help,
        registers,
        async collect() {
          this.set(await read())
        },
      })
    }
    gauge('objects_stored', 'Sealed objects stored since the start', () => sources.ingest.stored)
    gauge('objects_stored_bytes', 'Bytes stored since the start', () => sources.ingest.bytes)
    gauge('objects_same', 'Uploads of an object that was there', () => sources.ingest.same)
    gauge('objects_refused_different', 'Different objects offered under a stored id', () => sources.ingest.differs)
    gauge('objects_served', 'Sealed objects served since the start', () => sources.served.served)
    gauge('objects_served_bytes', 'Bytes served since the start', () => sources.served.bytes)
    gauge('accesses_granted', 'Accesses logged since the start', () => sources.granted.granted)
    gauge('objects_purged', 'Blobs removed and read back since the start', () => sources.purged.purged)
    gauge('purge_failures', 'Removals that have to be tried again', () => sources.purged.failed)
    gauge('purge_waiting', 'Blobs that still have to go', sources.waiting)
    gauge('sweeps', 'Comparisons of all blobs with the index since the start', () => sources.swept.rounds)
    gauge('sweep_orphans', 'Blobs without a row that the sweep has queued since the start', () => sources.swept.orphans)
    gauge('sweep_lost', 'Rows whose blob was missing at the last sweep', () => sources.swept.lost)
    const { relay } = sources
    gauge('relay_connections', 'Connections to the relay now', () => relay.connected)
    gauge('relay_watches', 'Streams watched now, counted for each connection', () => relay.viewers)
    gauge('relay_connected', 'Devices that connected to the relay since the start', () => relay.counters.connected)
    gauge('relay_refused', 'Connections to the relay refused since the start', () => relay.counters.refused)
    gauge('relay_messages', 'Messages between devices since the start', () => relay.counters.messages)
    gauge('relay_parts', 'Live parts received since the start', () => relay.counters.parts)
    gauge('relay_parts_shown', 'Live parts sent to watchers since the start', () => relay.counters.shown)
    gauge('relay_bytes_shown', 'Bytes of live parts sent to watchers since the start', () => relay.counters.shownBytes)
    gauge('relay_parts_dropped', 'Live parts left out for a watcher since the start', () => relay.counters.dropped)
    gauge(
      'witnesses_silent',
      'Witnesses whose last cosignature failed',
      () => sources.witnesses().filter(w => w.error !== null).length,
    )
  }

  observe(route: string, status: number, seconds: number): void {
    this.#requests.inc({ route, status: String(status) })
    this.#seconds.inc({ route }, seconds)
  }
}
