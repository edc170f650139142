import { type Kysely, sql } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import { StartError } from '../errors.ts'
import type { Tables } from './schema.ts'

const first: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table household (
        id text primary key, created_at bigint not null, log_size bigint not null, frontier bytea not null,
        checkpoint text not null, entries bigint not null, objects bigint not null, bytes bigint not null)`.execute(db)
    await sql`
      create table log_leaf (household text not null references household, index bigint not null, data bytea not null,
        primary key (household, index))`.execute(db)
    await sql`
      create table log_node (household text not null references household, level smallint not null, index bigint not null,
        hash bytea not null, primary key (household, level, index))`.execute(db)
    await sql`
      create table entry (household text not null references household, place bigint not null, log_index bigint not null,
        data bytea not null, payload bytea, primary key (household, place))`.execute(db)
    await sql`
      create table object (household text not null references household, object_id text not null, stream text not null,
        generation bigint not null, leaf bigint not null, kind smallint not null, size bigint not null, sha256 bytea not null,
        recorder text not null, received_at bigint not null, primary key (household, object_id))`.execute(db)
    await sql`create index object_by_leaf on object (household, stream, leaf, object_id)`.execute(db)
    await sql`
      create table purge (household text not null, object_id text not null, size bigint not null, queued_at bigint not null,
        tries integer not null default 0, primary key (household, object_id))`.execute(db)
    await sql`
      create table access_token (hash bytea primary key, household text not null, device text not null, stream text not null,
        lo bigint not null, hi bigint not null, expires bigint not null)`.execute(db)
    await sql`
      create table pending (household text not null references household, device text not null, request text not null,
        challenge text, reveal text, created_at bigint not null, expires_at bigint not null,
        primary key (household, device))`.execute(db)
    await sql`
      create table packet (household text not null references household, packet_id text not null, sender text not null,
        recipient text not null, data bytea not null, created_at bigint not null, primary key (household, packet_id))`.execute(
      db,
    )
    await sql`
      create table release (household text not null references household, packet_id text not null, sender text not null,
        recipient text not null, ephemeral_key text not null, sealed text, expires_at bigint not null,
        primary key (household, packet_id))`.execute(db)
  },
}

const claims: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table pending add column confirm text, add column signed_in boolean not null default false`.execute(
      db,
    )
  },
}

/** Coverage is read from the indexes alone. */
const runs: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`drop index object_by_leaf`.execute(db)
    await sql`create index object_by_leaf on object (household, stream, leaf, object_id) include (kind, size)`.execute(
      db,
    )
    await sql`create index object_gap on object (household, stream, leaf) where kind = 5`.execute(db)
  },
}

const accounts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table account (id text primary key, household text not null references household, witnesses text not null,
        quorum integer not null, created_at bigint not null)`.execute(db)
    await sql`
      create table passkey (credential text primary key, account text not null references account,
        household text not null references household, device text not null, name text not null, public_key bytea not null,
        counter bigint not null, transports text not null, created_at bigint not null, last_used_at bigint)`.execute(db)
    await sql`create index passkey_by_household on passkey (household)`.execute(db)
    await sql`
      create table passkey_challenge (device text not null, purpose text not null, challenge text not null, origin text not null,
        rp_id text not null, about text not null, expires_at bigint not null, primary key (device, purpose))`.execute(
      db,
    )
    await sql`
      create table session (hash bytea primary key, household text not null, device text not null,
        credential text not null references passkey on delete cascade, expires_at bigint not null)`.execute(db)
  },
}

/** What was removed for which order, until the log says so. */
const removals: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table purge add column order_id text, add column sha256 bytea`.execute(db)
    await sql`create index purge_by_order on purge (household, order_id) where order_id is not null`.execute(db)
    await sql`
      create table removal (household text not null references household, order_id text not null, objects bigint not null,
        bytes bigint not null, root bytea not null, logged boolean not null default false,
        primary key (household, order_id))`.execute(db)
    await sql`create index removal_open on removal (household, order_id) where not logged`.execute(db)
  },
}

/** What recorders signed by the hour, with the lists behind it. */
const manifests: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table manifest (household text not null references household, recorder text not null, hour bigint not null,
        objects bigint not null, root bytea not null, logged boolean not null default false,
        primary key (household, recorder, hour))`.execute(db)
    await sql`
      create table manifest_list (household text not null references household, recorder text not null, hour bigint not null,
        stream text not null, objects bigint not null, root bytea not null, list bytea,
        primary key (household, recorder, hour, stream))`.execute(db)
    await sql`create index manifest_list_by_hour on manifest_list (household, hour) where list is not null`.execute(db)
  },
}

const provider: MigrationProvider = {
  getMigrations: () =>
    Promise.resolve({
      '0001_first': first,
      '0002_claims': claims,
      '0003_runs': runs,
      '0004_accounts': accounts,
      '0005_removals': removals,
      '0006_manifests': manifests,
    }),
}

/** Brings the tables up to date; another vault that starts at the same time waits. @throws StartError database */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error) throw new StartError('database', `The database could not be prepared: ${String(error)}`)
}
