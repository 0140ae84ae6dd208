import { execute, maybeOne, one, rows, type Tx } from '../db/sql.js';
import type { FileKind } from './file.js';

export interface FileInfo {
  id: string;
  ownerType: string;
  ownerId: string | null;
  state: 'staged' | 'attached';
  kind: FileKind;
  name: string;
  mime: string;
  bytes: number;
  sha256: string;
  /** Rounded up; null for kinds without a length. */
  durationSeconds: number | null;
  pages: number | null;
  uploadedBy: string | null;
  createdAt: Date;
}

export interface StoredFile extends FileInfo {
  storageKey: string;
}

const COLUMNS = `id, owner_type as "ownerType", owner_id as "ownerId", state, kind, coalesce(name, 'file') as name, mime, bytes, sha256,
  (duration_ms + 999) / 1000 as "durationSeconds", pages, uploaded_by as "uploadedBy", created_at as "createdAt", storage_key as "storageKey"`;

export async function findFiles(tx: Tx, ids: readonly string[]): Promise<StoredFile[]> {
  if (ids.length === 0) return [];
  return rows<StoredFile>(tx, `select ${COLUMNS} from file where id = any($1::uuid[]) and state <> 'deleted'`, [ids]);
}

/** Files a person has uploaded and not used yet. */
export async function countStaged(tx: Tx, personId: string): Promise<number> {
  const found = await one<{ n: number }>(
    tx,
    `select count(*)::int as n from file where uploaded_by = $1 and state = 'staged'`,
    [personId],
  );
  return found.n;
}

export interface NewFile {
  id: string;
  ownerType: string;
  ownerId: string | null;
  kind: FileKind;
  name: string;
  mime: string;
  bytes: number;
  sha256: string;
  storageKey: string;
  durationMs: number | null;
  pages: number | null;
  uploadedBy: string | null;
}

export async function insertFile(tx: Tx, f: NewFile, now: Date): Promise<void> {
  await execute(
    tx,
    `insert into file (id, owner_type, owner_id, state, kind, name, mime, bytes, sha256, storage_key, duration_ms, pages, uploaded_by, created_at, attached_at)
     values ($1, $2, $3::uuid, case when $3::uuid is null then 'staged' else 'attached' end, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::timestamptz,
             case when $3::uuid is null then null else $13::timestamptz end)`,
    [
      f.id,
      f.ownerType,
      f.ownerId,
      f.kind,
      f.name,
      f.mime,
      f.bytes,
      f.sha256,
      f.storageKey,
      f.durationMs,
      f.pages,
      f.uploadedBy,
      now,
    ],
  );
}

/** Gives staged files of the uploader an owner; files that owner already has stay. Returns how many of the ids it now owns. */
export async function attachFiles(
  tx: Tx,
  ids: readonly string[],
  owner: { ownerType: string; ownerId: string },
  uploaderId: string,
  now: Date,
): Promise<number> {
  await execute(
    tx,
    `update file set state = 'attached', owner_id = $3, attached_at = $5
     where id = any($1::uuid[]) and owner_type = $2 and state = 'staged' and uploaded_by = $4`,
    [ids, owner.ownerType, owner.ownerId, uploaderId, now],
  );
  const owned = await rows(
    tx,
    `select id from file where id = any($1::uuid[]) and owner_type = $2 and owner_id = $3 and state = 'attached'`,
    [ids, owner.ownerType, owner.ownerId],
  );
  return owned.length;
}

/** Marks files as deleted and forgets their names; the bytes are removed afterwards. */
export async function markDeleted(tx: Tx, ids: readonly string[], now: Date): Promise<string[]> {
  const gone = await rows<{ id: string }>(
    tx,
    `update file set state = 'deleted', name = null, deleted_at = $2 where id = any($1::uuid[]) and state <> 'deleted' returning id`,
    [ids, now],
  );
  return gone.map((r) => r.id);
}

export async function deleteStagedBefore(tx: Tx, before: Date, now: Date, limit: number): Promise<string[]> {
  const gone = await rows<{ id: string }>(
    tx,
    `update file set state = 'deleted', name = null, deleted_at = $2
     where id in (select id from file where state = 'staged' and created_at < $1 order by created_at limit $3 for update skip locked)
       and state = 'staged' returning id`,
    [before, now, limit],
  );
  return gone.map((r) => r.id);
}

/**
 * Takes a person out of the files: staged ones and those of personal owners are deleted, the rest lose the uploader and,
 * because a name can name somebody, their name.
 */
export async function erasePersonFiles(
  tx: Tx,
  personId: string,
  personalTypes: readonly string[],
  now: Date,
): Promise<string[]> {
  const gone = await rows<{ id: string }>(
    tx,
    `update file set state = 'deleted', name = null, deleted_at = $3
     where uploaded_by = $1 and state <> 'deleted' and (state = 'staged' or owner_type = any($2::text[])) returning id`,
    [personId, personalTypes, now],
  );
  await execute(tx, `update file set uploaded_by = null, name = null where uploaded_by = $1`, [personId]);
  return gone.map((r) => r.id);
}

/** Deleted files whose bytes may still be there. */
export async function filesToRemove(tx: Tx, limit: number): Promise<{ id: string; storageKey: string }[]> {
  return rows(
    tx,
    `select id, storage_key as "storageKey" from file where state = 'deleted' and storage_key is not null order by deleted_at limit $1`,
    [limit],
  );
}

export async function forgetBytes(tx: Tx, ids: readonly string[]): Promise<void> {
  await execute(tx, `update file set storage_key = null where id = any($1::uuid[]) and state = 'deleted'`, [ids]);
}

export interface Conversion {
  state: 'waiting' | 'running' | 'done' | 'failed';
  done: number;
  total: number;
  fileId: string | null;
  error: string | null;
}

export async function findConversion(tx: Tx, fileId: string): Promise<Conversion | null> {
  return maybeOne<Conversion>(
    tx,
    `select state, done, total, pdf_file_id as "fileId", error from file_conversion where file_id = $1`,
    [fileId],
  );
}

export async function insertConversion(tx: Tx, fileId: string, now: Date): Promise<void> {
  await execute(tx, `insert into file_conversion (file_id, state, updated_at) values ($1, 'waiting', $2)`, [
    fileId,
    now,
  ]);
}

/** Moves a conversion on, unless it is done; returns whether it moved. */
export async function updateConversion(
  tx: Tx,
  fileId: string,
  to: { state: 'running' | 'done' | 'failed'; done: number; pdfFileId?: string; error?: string },
  now: Date,
): Promise<boolean> {
  const changed = await execute(
    tx,
    `update file_conversion set state = $2, done = $3, pdf_file_id = $4, error = $5, updated_at = $6 where file_id = $1 and state <> 'done'`,
    [fileId, to.state, to.done, to.pdfFileId ?? null, to.error ?? null, now],
  );
  return changed > 0;
}
