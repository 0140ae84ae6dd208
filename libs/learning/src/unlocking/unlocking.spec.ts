import { addDays, makeWorkCalendar } from '@waymark/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterLeave, type LeaveDays } from '../enrolment/due-day.js';
import { isDone, STATE, type DraftNode, type MapDraft, type MapGraph } from '../learning-map/learning-map.js';
import { mapProblems } from '../learning-map/map-problem.js';
import { structureOf } from '../learning-map/map-structure.js';
import {
  advance,
  blockersOf,
  countersOf,
  emptyColumns,
  END_OF_TIME,
  isLate,
  unlock,
  type NodeFact,
} from './unlocking.js';

const START = '2026-03-02';
const node = (stage: number, prereqs: number[] = [], need = 0, required = true, notYet = false) => ({
  stage,
  prereqs,
  need,
  required,
  notYet,
});
const chain: MapGraph = {
  stages: [
    { fromDay: 1, toDay: 30, gate: 'none' },
    { fromDay: 31, toDay: 60, gate: 'previous-complete' },
    { fromDay: 61, toDay: 90, gate: 'day-reached' },
  ],
  nodes: [node(0), node(0, [0]), node(0, [0], 0, false), node(1), node(1, [0, 1, 3], 2), node(2, [3])],
};
const L = STATE.locked;
const A = STATE.available;
const C = STATE.completed;

/** Random drafts of one to four stages, nearly all of them publishable (`graphs` keeps only those that are). */
function drafts(): fc.Arbitrary<MapDraft> {
  const gate = fc.constantFrom('none' as const, 'previous-complete' as const, 'day-reached' as const);
  const shape = fc.record({
    gate,
    stage: fc.nat(3),
    kind: fc.constantFrom<DraftNode['kind']>('reading', 'reading', 'reading', 'survey'),
    required: fc.boolean(),
    links: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 4 }),
    need: fc.nat(4),
  });
  return fc.array(shape, { minLength: 1, maxLength: 24 }).map((raw) => {
    const nodes = [...raw].sort((a, b) => a.stage - b.stage);
    const used = [...new Set(nodes.map((n) => n.stage))];
    return {
      title: { en: 'm' },
      summary: {},
      days: used.length * 10,
      workingDays: false,
      capacityHours: 40,
      stages: used.map((stage, i) => ({
        key: `s${stage}`,
        title: { en: 's' },
        goal: {},
        fromDay: i * 10 + 1,
        toDay: i * 10 + 10,
        gate: nodes.find((n) => n.stage === stage)?.gate ?? 'none',
      })),
      nodes: nodes.map((n, i) => {
        const prereqs = [...new Set(n.links.map((d) => i - d).filter((p) => p >= 0))].map((p) => `n${p}`);
        return {
          key: `n${i}`,
          stage: `s${n.stage}`,
          kind: n.kind,
          title: { en: 'n' },
          summary: {},
          body: {},
          required: n.required,
          prereqs,
          need: Math.min(n.need, prereqs.length),
          dueDay: null,
          minutes: 5,
          targetCode: null,
          carryMonths: null,
          evidence: null,
          lane: 0,
        };
      }),
    };
  });
}
const graphs = (): fc.Arbitrary<MapGraph> =>
  drafts()
    .filter((d) => mapProblems(d, () => 'published').every((p) => p.severity === 'warning'))
    .map((d) => structureOf(d));

describe('unlock', () => {
  it('opens by prerequisites, any n of them, the stage before and the day', () => {
    const none = unlock(chain, [], START, START);
    expect(none.state).toEqual([A, L, L, L, L, L]);
    expect(none.stageOpen).toEqual([true, false, false]);
    expect(none.stageOpensOn).toEqual([null, null, addDays(START, 60)]);

    const one = unlock(chain, [C], START, START);
    expect(one.state).toEqual([C, A, A, L, L, L]);
    // The optional node does not hold the stage; two of three prerequisites are enough.
    const two = unlock(chain, [C, C], START, START);
    expect(two.state).toEqual([C, C, A, A, A, L]);
    expect(two.stageDone).toEqual([2, 0, 0]);
    expect(two.stageOf).toEqual([2, 2, 1]);
    const three = unlock(chain, [C, C, 0, C], START, addDays(START, 59));
    expect(three.state[5]).toBe(L);
    expect(unlock(chain, [C, C, 0, C], START, addDays(START, 60)).state[5]).toBe(A);
  });

  it('never takes back what was begun behind a lock', () => {
    expect(unlock(chain, [0, STATE.inProgress], START, START).state[1]).toBe(STATE.inProgress);
    expect(unlock(chain, [0, C], START, START).state[1]).toBe(C);
  });

  it('lets nobody wait for a kind that has no room yet', () => {
    const graph: MapGraph = {
      stages: chain.stages.slice(0, 1),
      nodes: [node(0), node(0, [0], 0, false, true), node(0, [1])],
    };
    expect(unlock(graph, [], START, START).state).toEqual([A, L, L]);
    expect(unlock(graph, [C], START, START).state).toEqual([C, L, A]);
  });

  it('names what blocks', () => {
    const u = unlock(chain, [C], START, START);
    expect(blockersOf(chain, u, 1).blockers).toEqual([]);
    expect(blockersOf(chain, u, 4)).toEqual({
      blockers: [
        { kind: 'node', node: 1 },
        { kind: 'node', node: 3 },
        { kind: 'stage', node: 1 },
      ],
      satisfied: [0],
      need: 1,
    });
    expect(blockersOf(chain, u, 5).blockers).toEqual([
      { kind: 'node', node: 3 },
      { kind: 'day', opensOn: addDays(START, 60) },
    ]);
  });

  it('a publishable map never deadlocks: there is always something to do until all is done', () => {
    fc.assert(
      fc.property(graphs(), fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 }), (graph, picks) => {
        const facts = graph.nodes.map(() => 0);
        for (let step = 0; ; step += 1) {
          const { state } = unlock(graph, facts, START, END_OF_TIME);
          const open = state.flatMap((s, i) => (s === A ? [i] : []));
          if (open.length === 0) {
            return graph.nodes.every((n, i) => n.notYet || isDone(state[i] ?? 0));
          }
          facts[open[(picks[step % picks.length] ?? 0) % open.length] as number] = C;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('completing never locks, and a later day never locks', () => {
    fc.assert(
      fc.property(
        graphs(),
        fc.array(fc.nat(1000), { maxLength: 10 }),
        fc.nat(1000),
        fc.nat(60),
        (graph, done, extra, day) => {
          const facts = graph.nodes.map((_, i) => (done.some((d) => d % graph.nodes.length === i) ? C : 0));
          const today = addDays(START, day);
          const before = unlock(graph, facts, START, today).state;
          const more = [...facts];
          more[extra % graph.nodes.length] = C;
          const after = unlock(graph, more, START, today).state;
          const later = unlock(graph, facts, START, addDays(today, 7)).state;
          return before.every((s, i) => s === L || ((after[i] ?? 0) !== L && (later[i] ?? 0) !== L));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('day gates after a leave of absence', () => {
  const calendar = makeWorkCalendar({ weekend: [6, 7], exceptions: new Map() });
  const leave = (from: number, to: number) => ({ fromDay: addDays(START, from), toDay: addDays(START, to) });

  it('open later by its days, as what is due does; not when it begins after the gate', () => {
    const opens = (leaves: LeaveDays[], withCalendar = false) =>
      unlock(chain, [C, C, 0, C], START, START, { leaves, calendar: withCalendar ? calendar : null }).stageOpensOn[2];
    expect(opens([])).toBe(addDays(START, 60));
    expect(opens([leave(10, 19)])).toBe(addDays(START, 70));
    expect(opens([leave(10, 19), leave(65, 69)])).toBe(addDays(START, 75));
    expect(opens([leave(61, 80)])).toBe(addDays(START, 60));
    expect(opens([leave(-30, 4)])).toBe(addDays(START, 65));
    // Ten working days, and a weekend that is nobody's leave.
    expect(opens([leave(7, 18)], true)).toBe(addDays(START, 74));
    expect(opens([leave(5, 6)], true)).toBe(addDays(START, 60));
    const back = { leaves: [leave(10, 19)], calendar: null };
    expect(unlock(chain, [C, C, 0, C], START, addDays(START, 69), back).state[5]).toBe(L);
    expect(unlock(chain, [C, C, 0, C], START, addDays(START, 70), back).state[5]).toBe(A);
  });

  it('never open after what they guard is due, never earlier than planned, and a day off more opens nothing sooner', () => {
    const span = fc.record({ from: fc.integer({ min: -20, max: 120 }), days: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 4 }),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(40),
        fc.boolean(),
        (spans, fromDay, room, working) => {
          let free = -60;
          const leaves = [...spans]
            .sort((a, b) => a.from - b.from)
            .map((s) => {
              const from = Math.max(s.from, free);
              free = from + s.days;
              return leave(from, from + s.days - 1);
            });
          const rule = working ? calendar : null;
          const graph: MapGraph = {
            stages: [{ fromDay, toDay: 90, gate: 'day-reached' }],
            nodes: [node(0)],
          };
          const opensOn = (list: LeaveDays[]) =>
            unlock(graph, [0], START, addDays(START, -400), { leaves: list, calendar: rule }).stageOpensOn[0] ?? '';
          const planned = addDays(START, fromDay - 1);
          const due = afterLeave(addDays(planned, room), START, leaves, rule);
          const opens = opensOn(leaves);
          return opens <= due && opens >= planned && opensOn(leaves.slice(0, -1)) <= opens;
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('advance', () => {
  it('one fact after the other, in any order, ends where all at once ends, and equals the rule from scratch', () => {
    fc.assert(
      fc.property(
        graphs(),
        fc.array(
          fc.record({
            index: fc.nat(23),
            state: fc.constantFrom(2, 4, 5),
            unitsDone: fc.nat(9),
            unitsOf: fc.nat(9),
            scoreBp: fc.nat(10000),
          }),
          { maxLength: 12 },
        ),
        fc.nat(1000),
        (graph, raw, seed) => {
          // One terminal state per node: completing and waiving the same node is decided by who came first.
          const terminal = new Map<number, number>();
          const facts: NodeFact[] = raw.map((f) => {
            const index = f.index % graph.nodes.length;
            if (isDone(f.state) && !terminal.has(index)) terminal.set(index, f.state);
            return { ...f, index, state: isDone(f.state) ? (terminal.get(index) as number) : f.state, day: START };
          });
          const empty = emptyColumns(
            graph,
            graph.nodes.map((_, i) => addDays(START, i)),
            [],
            START,
          );
          const atOnce = advance(graph, empty, facts, START);
          let columns = empty;
          const shuffledFacts = [...facts].sort(
            (a, b) => (((a.unitsDone ?? 0) * 31 + seed) % 7) - (((b.unitsDone ?? 0) * 31 + seed) % 7),
          );
          const completed: number[] = [];
          let finished = 0;
          for (const fact of shuffledFacts) {
            const step = advance(graph, columns, [fact], START);
            columns = step.columns;
            completed.push(...step.completed);
            finished += Number(step.finished);
          }
          expect(columns).toEqual(atOnce.columns);
          expect(completed.sort((a, b) => a - b)).toEqual(atOnce.completed);
          expect(finished).toBe(Number(atOnce.finished));
          expect(columns.state).toEqual(unlock(graph, columns.state, START, END_OF_TIME).state);
          expect(atOnce.counters).toEqual(countersOf(graph, columns));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('tells what was completed, unlocked, which stage and whether all is done', () => {
    const empty = emptyColumns(
      chain,
      chain.nodes.map(() => null),
      [],
      START,
    );
    const a = advance(chain, empty, [{ index: 0, state: C, day: START }], START);
    expect([a.completed, a.unlocked, a.stages, a.finished]).toEqual([[0], [1, 2], [], false]);
    const b = advance(chain, a.columns, [{ index: 1, state: C, day: START }], START);
    expect([b.completed, b.unlocked, b.stages]).toEqual([[1], [3, 4], [0]]);
    const again = advance(chain, b.columns, [{ index: 1, state: C, day: '2026-04-01' }], START);
    expect([again.changed, again.completed, again.stages]).toEqual([false, [], []]);
    const end = advance(
      chain,
      b.columns,
      [3, 4, 5].map((index) => ({ index, state: C, day: START })),
      START,
    );
    expect([end.stages, end.finished, end.counters.done, end.counters.total]).toEqual([[1, 2], true, 5, 5]);
  });

  it('a returned submission is in progress again; a completed one stays', () => {
    const empty = emptyColumns(
      chain,
      chain.nodes.map(() => null),
      [],
      START,
    );
    const submitted = advance(chain, empty, [{ index: 0, state: STATE.submitted, day: START }], START).columns;
    expect(advance(chain, submitted, [{ index: 0, state: STATE.inProgress, day: START }], START).columns.state[0]).toBe(
      STATE.inProgress,
    );
    const done = advance(chain, submitted, [{ index: 0, state: C, day: START }], START).columns;
    expect(advance(chain, done, [{ index: 0, state: STATE.inProgress, day: START }], START).columns.state[0]).toBe(C);
  });

  it('counts due days of required open nodes only', () => {
    const due = ['2026-03-05', '2026-03-03', '2026-03-01', null, '2026-03-09', null];
    const columns = emptyColumns(chain, due, [], START);
    expect(countersOf(chain, columns)).toEqual({
      done: 0,
      total: 5,
      openDue: ['2026-03-03', '2026-03-05', '2026-03-09'],
      nextDueOn: '2026-03-03',
    });
    expect(isLate(A, '2026-03-05', '2026-03-05')).toBe(false);
    expect(isLate(L, '2026-03-05', '2026-03-06')).toBe(true);
    expect(isLate(C, '2026-03-05', '2026-03-06')).toBe(false);
  });
});
