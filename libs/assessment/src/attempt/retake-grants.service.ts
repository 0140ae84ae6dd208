import { Inject, Injectable } from '@nestjs/common';
import { endOfDay, newId, NotFound, RuleViolation, type Clock } from '@waymark/kernel';
import { CLOCK, Db, execute, maybeOne, type Viewer } from '@waymark/platform';
import { Audit, Persons, Scope } from '@waymark/identity';
import { AssessmentVersions } from '../assessment/assessment-versions.service.js';
import { isGrantable, retakeUntilDay, startStanding } from '../assessment/retake.js';
import { startFacts } from './attempt.repository.js';

export interface RetakeGrant {
  id: string;
  personId: string;
  assessmentId: string;
  until: Date;
  createdAt: Date;
}

/** One more attempt at an exam whose retakes are used up or whose window has closed: decided by L&D, with a reason. */
@Injectable()
export class RetakeGrants {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(AssessmentVersions) private readonly versions: AssessmentVersions,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async grant(viewer: Viewer, personId: string, assessmentId: string, reason: string): Promise<RetakeGrant> {
    return this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, personId, ['assessment:grant-retake']);
      // Two staff members granting at once stand in line here.
      const newest = await maybeOne<{ id: string }>(
        tx,
        `select id from attempt where person_id = $1 and assessment_id = $2 order by number desc limit 1 for no key update`,
        [personId, assessmentId],
      );
      const facts = await startFacts(tx, { id: assessmentId }, personId);
      if (!facts?.versionId || facts.kind !== 'exam') throw new NotFound('assessment-not-found');
      const version = await this.versions.get(tx, facts.versionId);
      const person = (await this.persons.facts(tx, [personId])).get(personId);
      if (!person) throw new NotFound('person-unknown');
      const now = this.clock.now();
      const standing = startStanding({
        policy: version,
        attempts: facts.attempts,
        grants: facts.grants,
        now,
        zone: person.zone,
      });
      if (!newest || !isGrantable(standing)) throw new RuleViolation('retake-not-needed');
      const id = newId();
      await execute(
        tx,
        `insert into retake_grant (id, person_id, assessment_id, reason, granted_by, created_at) values ($1, $2, $3, $4, $5, $6)`,
        [id, personId, assessmentId, reason, viewer.personId, now],
      );
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'retake.granted',
        subjectType: 'assessment',
        subjectId: assessmentId,
        personId,
        changes: [{ field: 'reason', from: null, to: reason, personal: true }],
      });
      const until = endOfDay(retakeUntilDay(now, person.zone, version.retakeDays), person.zone);
      return { id, personId, assessmentId, until, createdAt: now };
    });
  }
}
