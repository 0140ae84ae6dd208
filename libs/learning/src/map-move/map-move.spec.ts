import { addDays } from '@waymark/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownFact } from '../enrolment/carry-over.js';
import { isDone, STATE, type DraftNode, type MapDraft } from '../learning-map/learning-map.js';
import { mapProblems } from '../learning-map/map-problem.js';
import { advance, emptyColumns, END_OF_TIME, unlock } from '../unlocking/unlocking.js';
import { draftPlan } from './draft-plan.js';
import { latenessAtBest, minutesLeft, scheduleOf } from './lateness.js';
import { doneAfterMove, factsOf, moveImpact, movePair, moveProgress, slipOf, type MoveMap } from './map-move.js';
import { addPerson, emptyWhatIf, WORST } from './what-if.js';

const START = '2026-03-02';
const C = STATE.completed;

function draftOf(nodes: Partial<DraftNode>[], over: Partial<MapDraft> = {}): MapDraft {
  const stages = [...new Set(nodes.map((n) => n.stage ?? 'one'))].sort();
  return {
    title: { en: 'm' },
    summary: {},
    days: stages.length * 30,
    workingDays: false,
    capacityHours: 30,
    stages: stages.map((key, i) => ({
      key,
      title: { en: key },
      goal: {},
      fromDay: i * 30 + 1,
      toDay: i * 30 + 30,
      gate: i === 0 ? 'none' : 'previous-complete',
    })),
    nodes: nodes.map((n, i) => ({
      key: `n${i}`,
      stage: 'one',
      kind: 'reading',
      title: { en: `n${i}` },
      summary: {},
      body: {},
      required: true,
      prereqs: [],
      need: 0,
      dueDay: null,
      minutes: 60,
      targetCode: null,
      carryMonths: null,
      evidence: null,
      lane: 0,
      ...n,
    })),
    ...over,
  };
}
const plan = (nodes: Partial<DraftNode>[], over: Partial<MapDraft> = {}): MoveMap =>
  draftPlan(
    draftOf(nodes, over),
    new Map([
      ['course:a', 'id-a'],
      ['course:b', 'id-b'],
    ]),
  );
const due = (map: MoveMap): (string | null)[] =>
  map.nodes.map((n) => (n.dueDay === null ? null : addDays(START, n.dueDay - 1)));
const started = (map: MoveMap) => emptyColumns(map, due(map), [], START);
const done = (map: MoveMap, keys: readonly string[]) =>
  advance(
    map,
    started(map),
    keys.map((key) => ({ index: map.indexByKey.get(key) ?? -1, state: C, day: START })),
    START,
  ).columns;
const move = (
  from: MoveMap,
  columns: ReturnType<typeof started>,
  to: MoveMap,
  earlier?: ReadonlyMap<string, KnownFact>,
) => moveProgress({ from, columns, to, startDay: START, dueOn: due(to), ...(earlier ? { earlier } : {}) });

/** Publishable drafts over a pool of keys: prerequisites point at smaller keys. */
function drafts(): fc.Arbitrary<MapDraft> {
  const shape = fc.record({
    key: fc.nat(30),
    stage: fc.constantFrom('one', 'two', 'three'),
    required: fc.boolean(),
    links: fc.array(fc.nat(30), { maxLength: 3 }),
    need: fc.nat(3),
  });
  return fc
    .uniqueArray(shape, { minLength: 1, maxLength: 20, selector: (s) => s.key })
    .map((raw) => {
      const sorted = [...raw].sort((a, b) => (a.stage < b.stage ? -1 : a.stage > b.stage ? 1 : a.key - b.key));
      const at = new Map(sorted.map((n, i) => [n.key, i]));
      return draftOf(
        sorted.map((n, i) => {
          const prereqs = [...new Set(n.links.filter((l) => (at.get(l) ?? i) < i))].map((l) => `k${l}`);
          return {
            key: `k${n.key}`,
            stage: n.stage,
            required: n.required,
            prereqs,
            need: Math.min(n.need, prereqs.length),
          };
        }),
      );
    })
    .filter((d) => mapProblems(d, () => 'published').every((p) => p.severity === 'warning'));
}

describe('a move to another version', () => {
  it('keeps what is completed or waived, begins what is new, and says what goes', () => {
    const from = plan([{ key: 'a' }, { key: 'b', prereqs: ['a'] }, { key: 'gone' }, { key: 'w' }]);
    const columns = done(from, ['a']);
    columns.state[3] = STATE.waived;
    const to = plan([
      { key: 'a' },
      { key: 'new', prereqs: ['a'], dueDay: 5 },
      { key: 'b', prereqs: ['new'] },
      { key: 'w' },
    ]);
    const after = move(from, columns, to);
    expect(after.columns.state).toEqual([C, STATE.available, STATE.locked, STATE.waived]);
    expect(after.columns.completedOn[0]).toBe(START);
    const impact = moveImpact(from, columns, to, after, addDays(START, 9));
    expect([impact.kept, impact.fresh, impact.dropped, impact.newlyOverdue]).toEqual([
      ['a', 'w'],
      ['new'],
      ['gone'],
      ['new'],
    ]);
    expect([impact.finishes, impact.minutesAdded]).toEqual([false, 0]);
  });

  it('does not call overdue by the change what was overdue before', () => {
    const from = plan([
      { key: 'a', dueDay: 2 },
      { key: 'b', dueDay: 20 },
    ]);
    const to = plan([
      { key: 'a', dueDay: 3 },
      { key: 'b', dueDay: 4 },
    ]);
    const columns = started(from);
    const impact = moveImpact(from, columns, to, move(from, columns, to), addDays(START, 9));
    expect(impact.newlyOverdue).toEqual(['b']);
  });

  it('keeps a completed node though it now points at something else or asks for newer work, but not work begun on the other thing', () => {
    const from = plan([
      { key: 'x', kind: 'course', targetCode: 'a' },
      { key: 'y', kind: 'course', targetCode: 'a' },
    ]);
    const columns = done(from, ['x']);
    columns.completedOn[0] = '2020-01-01';
    columns.state[1] = STATE.inProgress;
    const to = plan([
      { key: 'x', kind: 'course', targetCode: 'b', carryMonths: 1 },
      { key: 'y', kind: 'course', targetCode: 'b' },
    ]);
    expect(move(from, columns, to).columns.state).toEqual([C, STATE.available]);
  });

  it('loses nothing completed between any two publishable versions, and the rule from scratch agrees', () => {
    fc.assert(
      fc.property(drafts(), drafts(), fc.array(fc.nat(30), { maxLength: 12 }), (a, b, picks) => {
        const [from, to] = [draftPlan(a, new Map()), draftPlan(b, new Map())];
        const keys = picks.map((p) => from.nodes[p % from.nodes.length]?.key as string);
        const columns = done(from, keys);
        const after = move(from, columns, to);
        for (const key of keys) {
          const i = to.indexByKey.get(key);
          if (i !== undefined) expect(after.columns.state[i]).toBe(C);
        }
        const more = after.columns.state.filter(isDone).length;
        expect(more).toBe(new Set(keys.filter((k) => to.indexByKey.has(k))).size);
        expect(unlock(to, after.columns.state, START, END_OF_TIME).state).toEqual(after.columns.state);
      }),
      { numRuns: 200 },
    );
  });

  it('is told in short as it would be in full', () => {
    const keyFacts = fc.dictionary(
      fc.nat(30).map((n) => `k${n}`),
      fc.record({ state: fc.constantFrom(STATE.inProgress, C, STATE.waived), old: fc.boolean() }),
      { maxKeys: 8 },
    );
    fc.assert(
      fc.property(drafts(), drafts(), fc.array(fc.nat(30)), keyFacts, keyFacts, (a, b, picks, others, before) => {
        b.nodes.forEach((n, i) => (n.carryMonths = i % 3 === 0 ? 1 : null));
        const [from, to] = [draftPlan(a, new Map()), draftPlan(b, new Map())];
        const columns = done(
          from,
          picks.map((p) => from.nodes[p % from.nodes.length]?.key as string),
        );
        const facts = (list: typeof others): Map<string, KnownFact> =>
          new Map(
            Object.entries(list).map(([key, f]) => [
              key,
              { state: f.state, completedOn: f.old ? '2020-01-01' : START, unitsDone: 0, unitsOf: 0, scoreBp: null },
            ]),
          );
        const byKey = facts(others);
        const earlier = facts(before);
        const full = moveProgress({ from, columns, to, startDay: START, dueOn: due(to), byKey, earlier });
        const keys = new Set([...earlier].flatMap(([key, f]) => (isDone(f.state) ? [key] : [])));
        const short = doneAfterMove(
          movePair(from, to),
          columns.state.map(isDone),
          START,
          { byTarget: new Map(), byKey },
          keys,
        );
        expect(short).toEqual(full.columns.state.map(isDone));
      }),
      { numRuns: 200 },
    );
  });

  it('there and back again is where it was, with what was done in between', () => {
    fc.assert(
      fc.property(drafts(), drafts(), fc.array(fc.nat(30), { maxLength: 8 }), fc.nat(30), (a, b, picks, extra) => {
        const [from, to] = [draftPlan(a, new Map()), draftPlan(b, new Map())];
        const keys = picks.map((p) => from.nodes[p % from.nodes.length]?.key as string);
        const before = done(from, keys);
        const there = move(from, before, to).columns;
        const index = extra % to.nodes.length;
        const between = advance(to, there, [{ index, state: C, day: START }], START).columns;
        const back = move(to, between, from, factsOf(from, before)).columns;
        before.state.forEach((s, i) => {
          if (isDone(s)) expect(back.state[i]).toBe(s);
        });
        const again = from.indexByKey.get(to.nodes[index]?.key ?? '');
        if (again !== undefined) expect(back.state[again]).toBe(C);
      }),
      { numRuns: 200 },
    );
  });
});

describe('lateness at best', () => {
  const nodes = [
    { required: true, minutes: 60 },
    { required: true, minutes: 120 },
    { required: false, minutes: 600 },
  ];
  const late = (list: typeof nodes, state: number[], dueOn: string[], from: string): number =>
    latenessAtBest(list, scheduleOf(list, dueOn), state.map(isDone), from, 30);
  it('takes the earliest due day first at the capacity of the map', () => {
    // 30 hours in 30 days: an hour a day. Two hours on a day due today end tomorrow.
    expect(late(nodes, [0, 0, 0], [addDays(START, 5), START, START], START)).toBe(1);
    expect(late(nodes, [0, 0, 0], [START, START, START], START)).toBe(2);
    expect(late(nodes, [0, C, 0], [addDays(START, -3), START, START], START)).toBe(3);
    expect(late(nodes, [C, C, 0], [START, START, START], addDays(START, 50))).toBe(0);
    expect(minutesLeft(nodes, [true, false, false])).toBe(120);
  });

  it('is the best any order can do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ due: fc.nat(6), minutes: fc.integer({ min: 1, max: 200 }) }), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }),
        (jobs, order) => {
          const list = jobs.map((j) => ({ required: true, minutes: j.minutes }));
          const dueOn = jobs.map((j) => addDays(START, j.due));
          const best = late(list, [], dueOn, START);
          const any = jobs.map((_, i) => i).sort((a, b) => (order[a] ?? 0) - (order[b] ?? 0));
          let minutes = 0;
          let worst = 0;
          for (const i of any) {
            minutes += jobs[i]?.minutes ?? 0;
            worst = Math.max(worst, Math.ceil(minutes / 60) - 1 - (jobs[i]?.due ?? 0));
          }
          return best <= worst;
        },
      ),
    );
  });

  it('tells by how many days somebody slips', () => {
    const from = plan([{ key: 'a', dueDay: 10 }]);
    const to = plan([
      { key: 'a', dueDay: 10 },
      { key: 'b', dueDay: 4, minutes: 600 },
    ]);
    const columns = started(from);
    const impact = moveImpact(from, columns, to, move(from, columns, to), START);
    expect([impact.lateBefore, impact.lateAfter, slipOf(impact), impact.minutesAdded]).toEqual([0, 6, 6, 600]);
  });
});

describe('what if', () => {
  it('counts everybody and names only those who are hit hardest', () => {
    const sum = emptyWhatIf();
    for (let i = 0; i < 500; i += 1)
      addPerson(sum, {
        enrolmentId: String(i).padStart(3, '0'),
        personId: 'p',
        slipDays: i % 50,
        lateAfter: 0,
        newlyOverdue: i % 10 === 0 ? 1 : 0,
        minutesAdded: 30,
        finishes: false,
      });
    expect([sum.people, sum.slipping, sum.maxSlip, sum.newlyOverdue, sum.minutesAdded]).toEqual([
      500, 490, 49, 50, 15_000,
    ]);
    expect(sum.slips).toEqual([20, 40, 70, 160, 200]);
    expect(sum.worst).toHaveLength(WORST);
    expect(sum.worst.map((w) => w.slipDays)).toEqual([...sum.worst.map((w) => w.slipDays)].sort((a, b) => b - a));
    expect(sum.worst.at(-1)?.slipDays).toBe(45);
  });
});
