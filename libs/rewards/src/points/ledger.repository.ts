import { newId } from '@waymark/kernel';
import { execute, rows, type Tx } from '@waymark/platform';
import type { Balance, PersonAccount, Posting, SystemAccount } from './ledger.js';

export interface StoredBalance extends Balance {
  personId: string;
  level: number;
}

export interface TransactionRow {
  id: string;
  idempotency_key: string;
  kind: string;
  person_id: string;
  amount: number;
  reason_code: string;
  params: Record<string, unknown>;
  rule_code: string | null;
  activity_id: string | null;
  subject_type: string | null;
  subject_id: string | null;
  reverses_id: string | null;
  actor_id: string | null;
  local_day: string;
  booked_at: Date;
}

const CHUNK = 5_000;

/** The balances of these people, made where missing and locked in id order. */
export async function lockBalances(
  tx: Tx,
  personIds: readonly string[],
  now: Date,
): Promise<Map<string, StoredBalance>> {
  const ids = [...new Set(personIds)].sort();
  await execute(
    tx,
    `insert into point_balance (person_id, updated_at) select id, $2 from unnest($1::uuid[]) as p(id)
     where not exists (select 1 from point_balance b where b.person_id = p.id) order by id on conflict do nothing`,
    [ids, now],
  );
  const found = await rows<StoredBalance>(
    tx,
    `select person_id as "personId", earned, balance, held, recoverable, level from point_balance
     where person_id = any ($1::uuid[]) order by person_id for update`,
    [ids],
  );
  return new Map(found.map((f) => [f.personId, f]));
}

export async function writeBalances(tx: Tx, balances: readonly StoredBalance[], now: Date): Promise<void> {
  await execute(
    tx,
    `update point_balance b set earned = n.earned, balance = n.balance, held = n.held, recoverable = n.recoverable, level = n.level, updated_at = $2
     from jsonb_to_recordset($1::jsonb) as n("personId" uuid, earned int, balance int, held int, recoverable int, level smallint)
     where b.person_id = n."personId"`,
    [JSON.stringify(balances), now],
  );
}

/** Account ids: a person's keyed `person kind`, the system's by kind. Makes a person's on first use. */
export async function accountsOf(
  tx: Tx,
  personIds: readonly string[],
): Promise<(account: Posting['account'], personId: string) => string> {
  const ids = [...new Set(personIds)];
  const kinds: PersonAccount[] = ['balance', 'held', 'recoverable'];
  const read = (): Promise<{ id: string; kind: string; person_id: string | null }[]> =>
    rows(tx, `select id, kind, person_id from ledger_account where person_id is null or person_id = any ($1::uuid[])`, [
      ids,
    ]);
  let found = await read();
  const known = new Set(found.map((f) => f.person_id));
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) {
    await execute(
      tx,
      `insert into ledger_account (id, kind, person_id)
       select id, kind, person_id from jsonb_to_recordset($1::jsonb) as a(id uuid, kind text, person_id uuid) on conflict do nothing`,
      [JSON.stringify(missing.flatMap((person_id) => kinds.map((kind) => ({ id: newId(), kind, person_id }))))],
    );
    found = await read();
  }
  const byKey = new Map(found.map((f) => [f.person_id ? `${f.person_id} ${f.kind}` : f.kind, f.id]));
  const system = new Set<string>(['issue', 'redemption', 'reversal', 'expiry'] satisfies SystemAccount[]);
  return (account, personId) => {
    const id = byKey.get(system.has(account) ? account : `${personId} ${account}`);
    if (!id) throw new Error(`No ledger account ${account}`);
    return id;
  };
}

export async function insertTransactions(
  tx: Tx,
  transactions: readonly TransactionRow[],
  postings: readonly { transaction_id: string; account_id: string; amount: number }[],
): Promise<void> {
  for (let i = 0; i < transactions.length; i += CHUNK) {
    await execute(
      tx,
      `insert into ledger_transaction (id, idempotency_key, kind, person_id, amount, reason_code, params, rule_code, activity_id,
         subject_type, subject_id, reverses_id, actor_id, local_day, booked_at)
       select id, idempotency_key, kind, person_id, amount, reason_code, params, rule_code, activity_id, subject_type, subject_id,
         reverses_id, actor_id, local_day, booked_at
       from jsonb_to_recordset($1::jsonb) as t(id uuid, idempotency_key text, kind text, person_id uuid, amount int, reason_code text,
         params jsonb, rule_code text, activity_id uuid, subject_type text, subject_id text, reverses_id uuid, actor_id uuid,
         local_day date, booked_at timestamptz)`,
      [JSON.stringify(transactions.slice(i, i + CHUNK))],
    );
  }
  // Postings of one transaction stand beside each other and go in together.
  for (let i = 0; i < postings.length;) {
    let end = Math.min(i + CHUNK * 2, postings.length);
    while (end < postings.length && postings[end]?.transaction_id === postings[end - 1]?.transaction_id) end += 1;
    const part = postings.slice(i, end);
    i = end;
    await execute(
      tx,
      `insert into ledger_posting (transaction_id, account_id, amount)
       select transaction_id, account_id, amount from jsonb_to_recordset($1::jsonb) as p(transaction_id uuid, account_id uuid, amount int)`,
      [JSON.stringify(part)],
    );
  }
}
