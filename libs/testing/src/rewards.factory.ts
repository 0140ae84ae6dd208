import { newId } from '@waymark/kernel';
import { execute, maybeOne } from '@waymark/platform';
import { Audiences } from '@waymark/identity';
import { Ledger } from '@waymark/rewards';
import type { TestServer } from './server.js';

/** Points a person can spend, without an activity behind them. */
export async function givePoints(server: TestServer, personId: string, points: number): Promise<void> {
  await server.db.transaction((tx) =>
    server.get(Ledger).book(tx, [
      {
        key: `test:${newId()}`,
        kind: 'grant',
        personId,
        points,
        reasonCode: 'thanks',
        localDay: server.clock.now().toISOString().slice(0, 10),
        bookedAt: server.clock.now(),
      },
    ]),
  );
}

export interface RewardOverrides {
  price?: number;
  stockLeft?: number | null;
  limitCount?: number | null;
  limitPer?: 'month' | 'quarter' | 'year' | 'ever' | null;
  approval?: 'none' | 'manager' | 'learning';
  audienceId?: string | null;
}

/** A gift for 100 points that everyone may order without limit, unless said. */
export async function makeReward(server: TestServer, overrides: RewardOverrides = {}): Promise<string> {
  const id = newId();
  await server.db.transaction(async (tx) => {
    const everyone =
      (await maybeOne<{ id: string }>(tx, `select id from audience where code = 'everyone'`)) ??
      (await server
        .get(Audiences)
        .save(tx, { code: 'everyone', name: { en: 'Everyone' }, rule: { everyone: true } }, null));
    const r = {
      price: 100,
      stockLeft: null,
      limitCount: null,
      limitPer: null,
      approval: 'none',
      audienceId: everyone.id,
      ...overrides,
    };
    await execute(
      tx,
      `insert into reward (id, code, kind, glyph, title, description, price, stock_left, limit_count, limit_per, approval, audience_id)
       values ($1, $2, 'gift', 'gift', $3, '{}', $4, $5, $6, $7, $8, $9)`,
      [
        id,
        `reward-${id.slice(-12)}`,
        JSON.stringify({ en: `Reward ${id.slice(-4)}`, 'zh-CN': '礼物' }),
        r.price,
        r.stockLeft,
        r.limitCount,
        r.limitPer,
        r.approval,
        r.audienceId,
      ],
    );
  });
  return id;
}
