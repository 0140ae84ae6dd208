import { Inject, Injectable } from '@nestjs/common';
import { localDayOf, NotFound, pickText, type Clock, type LocalDay, type Locale } from '@waymark/kernel';
import { CLOCK, type Tx, type Viewer } from '@waymark/platform';
import { daysOf, intsOf } from '../enrolment/array-text.js';
import { DueDays } from '../enrolment/due-days.service.js';
import { EnrolmentRepository } from '../enrolment/enrolment.repository.js';
import { isDone } from '../learning-map/learning-map.js';
import { LearningMapRepository } from '../learning-map/learning-map.repository.js';
import { LearningMaps } from '../learning-map/learning-maps.service.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { draftPlan } from './draft-plan.js';
import { scheduleOf, type Schedule } from './lateness.js';
import {
  doneAfterMove,
  moveNumbers,
  movePair,
  slipOf,
  type MoveMap,
  type MovePair,
  type Standing,
} from './map-move.js';
import { MapMoveRepository, type InFlight } from './map-move.repository.js';
import { MapMoves } from './map-moves.service.js';
import { addPerson, emptyWhatIf, type WhatIf } from './what-if.js';

/** So many people are in memory, and keep other requests waiting, at a time. */
const BATCH = 1_000;

export interface MovePreview {
  enrolmentId: string;
  personId: string;
  fromNumber: number;
  kept: string[];
  fresh: string[];
  dropped: string[];
  newlyOverdue: string[];
  slipDays: number;
  minutesAdded: number;
  lastDueBefore: LocalDay | null;
  lastDueAfter: LocalDay | null;
  finishes: boolean;
}
interface Goal {
  map: MoveMap;
  /** People on it already are not asked about. */
  versionId: string | null;
  title(key: string): string | undefined;
}

/** What a draft or a version would mean for the people in flight, by the rule that would move them. Nothing is written. */
@Injectable()
export class MapWhatIf {
  constructor(
    @Inject(MapMoveRepository) private readonly moves: MapMoveRepository,
    @Inject(MapMoves) private readonly mover: MapMoves,
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(LearningMaps) private readonly maps: LearningMaps,
    @Inject(LearningMapRepository) private readonly repository: LearningMapRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(DueDays) private readonly dueDays: DueDays,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param versionId a version of the map; null = its draft */
  async all(tx: Tx, viewer: Viewer, mapId: string, versionId: string | null): Promise<WhatIf> {
    const goal = await this.goal(tx, mapId, versionId, viewer.locale);
    const scope = this.mover.inScope(viewer);
    const out = emptyWhatIf();
    const pairs = new Map<string, MovePair>();
    let after: string | null = null;
    for (;;) {
      const people: InFlight[] = await this.moves.inFlight(tx, mapId, goal.versionId, after, BATCH, scope);
      if (people.length === 0) break;
      for (const { versionId } of people)
        if (!pairs.has(versionId)) pairs.set(versionId, movePair(await this.documents.plan(tx, versionId), goal.map));
      await this.weigh(tx, people, pairs, goal.map, out);
      after = people.at(-1)?.id ?? null;
    }
    return out;
  }

  /** Counts people in by the same rule that moves them; only what the counts need is worked out. */
  private async weigh(
    tx: Tx,
    people: readonly InFlight[],
    pairs: ReadonlyMap<string, MovePair>,
    to: MoveMap,
    out: WhatIf,
  ): Promise<void> {
    const personIds = people.map((p) => p.personId);
    const ids = people.map((p) => p.id);
    const due = await this.dueDays.load(tx, personIds, ids, to.workingDays);
    const known = await this.enrolments.knownDone(tx, to.nodes, personIds, ids);
    const earlier = new Map<string, Set<string>>();
    for (const e of await this.enrolments.earlierStates(tx, ids)) {
      const { nodes } = await this.documents.plan(tx, e.versionId);
      const keys = earlier.get(e.enrolmentId) ?? new Set<string>();
      earlier.set(e.enrolmentId, keys);
      nodes.forEach((n, i) => isDone(e.state[i] ?? 0) && keys.add(n.key));
    }
    const before = new Map<string, Pick<Standing, 'dueOn' | 'schedule'>>();
    const schedules = new Map<readonly (LocalDay | null)[], Schedule>();
    const now = this.clock.now();
    for (const p of people) {
      const pair = pairs.get(p.versionId) as MovePair;
      const shared = `${p.versionId}${p.dueDays}`;
      let was = before.get(shared);
      if (!was) {
        const dueOn = daysOf(p.dueDays);
        before.set(shared, (was = { dueOn, schedule: scheduleOf(pair.from.nodes, dueOn) }));
      }
      const dueOn = due.planOf(to, p.personId, p.startDay, p.id);
      let schedule = schedules.get(dueOn);
      if (!schedule) schedules.set(dueOn, (schedule = scheduleOf(to.nodes, dueOn)));
      const done = intsOf(p.states).map(isDone);
      const today = localDayOf(now, p.zone);
      const numbers = moveNumbers(
        pair,
        { ...was, done },
        {
          dueOn,
          schedule,
          done: doneAfterMove(pair, done, p.startDay, known.get(p.personId), earlier.get(p.id)),
        },
        today,
        due.backOn(p.personId, p.startDay, today),
      );
      addPerson(out, {
        enrolmentId: p.id,
        personId: p.personId,
        slipDays: slipOf(numbers),
        lateAfter: numbers.lateAfter,
        newlyOverdue: numbers.newlyOverdue.length,
        minutesAdded: numbers.minutesAdded,
        finishes: numbers.finishes,
      });
    }
  }

  async page(
    tx: Tx,
    viewer: Viewer,
    input: {
      mapId: string;
      versionId: string | null;
      search: string | null;
      first: number;
      after: { name: string; id: string } | null;
    },
  ): Promise<{ list: (MovePreview & { name: string })[]; hasNextPage: boolean }> {
    const goal = await this.goal(tx, input.mapId, input.versionId, viewer.locale);
    const search = input.search?.trim().toLowerCase();
    const people = await this.moves.peoplePage(
      tx,
      input.mapId,
      goal.versionId,
      search ? `%${search.replaceAll(/[\\%_]/g, '\\$&')}%` : null,
      input.after,
      input.first + 1,
      this.mover.inScope(viewer),
    );
    const page = people.slice(0, input.first);
    const rows = await this.enrolments.progressOf(
      tx,
      page.map((p) => p.id),
    );
    const worked = new Map((await this.mover.worked(tx, rows, goal.map)).map((m) => [m.row.id, m]));
    const list: (MovePreview & { name: string })[] = [];
    for (const { id, name } of page) {
      const m = worked.get(id);
      if (!m) continue;
      const old = await this.documents.document(tx, m.row.versionId, viewer.locale, m.row.textRevision);
      const words = (keys: readonly string[]): string[] =>
        keys.map((key) => goal.title(key) || old.nodes[m.from.indexByKey.get(key) ?? -1]?.title || key);
      const { impact } = m;
      list.push({
        name,
        enrolmentId: id,
        personId: m.row.personId,
        fromNumber: m.from.number,
        kept: words(impact.kept),
        fresh: words(impact.fresh),
        dropped: words(impact.dropped),
        newlyOverdue: words(impact.newlyOverdue),
        slipDays: slipOf(impact),
        minutesAdded: impact.minutesAdded,
        lastDueBefore: impact.lastDueBefore,
        lastDueAfter: impact.lastDueAfter,
        finishes: impact.finishes,
      });
    }
    return { list, hasNextPage: people.length > input.first };
  }

  private async goal(tx: Tx, mapId: string, versionId: string | null, locale: Locale): Promise<Goal> {
    if (versionId) {
      if (!(await this.moves.versionOf(tx, mapId, versionId))) throw new NotFound('map-version-unknown');
      const map = await this.documents.plan(tx, versionId);
      const revision = await this.repository.textRevision(tx, versionId);
      const document = await this.documents.document(tx, versionId, locale, revision ?? 1);
      return { map, versionId, title: (key) => document.nodes[map.indexByKey.get(key) ?? -1]?.title };
    }
    const draft = await this.repository.draft(tx, mapId);
    if (!draft) throw new NotFound('map-draft-unknown');
    const targets = await this.maps.targetsOf(tx, draft.document.nodes, locale);
    const titles = new Map(draft.document.nodes.map((n) => [n.key, pickText(n.title, locale)]));
    return {
      map: draftPlan(draft.document, new Map([...targets].map(([key, t]) => [key, t.id]))),
      versionId: null,
      title: (key) => titles.get(key),
    };
  }
}
