import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  AttemptAccessRegistry,
  type AttemptAccess,
  type AttemptRequest,
  type AttemptVerdict,
} from '@waymark/assessment';
import { CourseAccessRegistry, type CourseAccess } from '@waymark/catalog';
import { localDayOf } from '@waymark/kernel';
import { rows, type Tx } from '@waymark/platform';
import { intsOf } from '../enrolment/array-text.js';
import type { LeaveDays } from '../enrolment/due-day.js';
import { DueDays } from '../enrolment/due-days.service.js';
import { LEAVES_OF } from '../enrolment/enrolment.repository.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { STATE } from '../learning-map/learning-map.js';
import { unlock } from '../unlocking/unlocking.js';

interface Opening {
  versionId: string | null;
  idx: number | null;
  state: string | null;
  startDay: string | null;
  zone: string;
  leaves: LeaveDays[] | null;
}

/** Nodes and assignments open exams and courses to people. */
@Injectable()
export class LearningAccess implements AttemptAccess, CourseAccess, OnModuleInit {
  constructor(
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(DueDays) private readonly dueDays: DueDays,
    @Inject(AttemptAccessRegistry) private readonly attempts: AttemptAccessRegistry,
    @Inject(CourseAccessRegistry) private readonly courses: CourseAccessRegistry,
  ) {}

  onModuleInit(): void {
    this.attempts.register(this);
    this.courses.register(this);
  }

  /** An assignment opens its exam; a node opens its target unless it is locked. Null when nothing of the person's points at it. */
  async mayStart(tx: Tx, request: AttemptRequest): Promise<AttemptVerdict | null> {
    const found = await rows<Opening>(
      tx,
      `select e.version_id as "versionId", n.idx, p.state::text as state, e.start_day as "startDay", pp.zone, (${LEAVES_OF('e.person_id')}) as leaves
       from enrolment e join map_node n on n.version_id = e.version_id and n.target_id = $2 and n.target_kind = $3
       join enrolment_progress p on p.enrolment_id = e.id join person_profile pp on pp.person_id = e.person_id
       where e.person_id = $1 and e.status <> 'withdrawn'
       union all
       select null, null, null, null, pp.zone, null from assignment_person ap
       join assignment a on a.id = ap.assignment_id and a.ended_at is null and a.target_kind = 'exam' and a.target_id = $2
       join person_profile pp on pp.person_id = ap.person_id
       where ap.person_id = $1 and ap.ended_at is null`,
      [request.personId, request.assessmentId, request.kind],
    );
    if (found.length === 0) return null;
    for (const o of found) {
      if (o.versionId === null || o.idx === null || o.state === null || o.startDay === null) return { allowed: true };
      const plan = await this.documents.plan(tx, o.versionId);
      const away = await this.dueDays.awayOf(tx, o.leaves ?? [], plan.workingDays);
      const { state } = unlock(plan, intsOf(o.state), o.startDay, localDayOf(request.now, o.zone), away);
      if (state[o.idx] !== STATE.locked) return { allowed: true };
    }
    return { allowed: false, visible: true, code: 'node-locked' };
  }

  async courseIdsFor(tx: Tx, personId: string): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `select n.target_id as id from enrolment e join map_node n on n.version_id = e.version_id and n.target_kind = 'course'
       where e.person_id = $1 and e.status <> 'withdrawn'
       union
       select a.target_id from assignment_person ap join assignment a on a.id = ap.assignment_id
       where ap.person_id = $1 and ap.ended_at is null and a.ended_at is null and a.target_kind = 'course'`,
      [personId],
    );
    return found.map((f) => f.id);
  }
}
