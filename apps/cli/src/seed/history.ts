import { AssessmentLoader, QuestionStatistics, Statistics } from '@waymark/assessment';
import {
  CertificationChecks,
  CertificationLoader,
  type CertificateHistory,
  type CertificationSeed,
} from '@waymark/certification';
import { CourseProgress } from '@waymark/catalog';
import { Assignments, LearningLoader } from '@waymark/learning';
import { Audiences } from '@waymark/identity';
import { addDays, startOfDay, type LocalDay, type Text } from '@waymark/kernel';
import { execute, rows } from '@waymark/platform';
import { AnnouncementsLoader, NotificationsLoader, type PastEvent } from '@waymark/notifications';
import { ReviewLoader, type ReviewHistoryCard, type ReviewHistoryPerson } from '@waymark/review';
import { PointsReplay, RewardsLoader, type OrderHistory } from '@waymark/rewards';
import type { SeedApp } from './app.js';
import type { DemoCompany } from './company.js';
import type { DemoContent } from './content.js';
import { checkInsOf } from './check-ins.js';
import { seedText, seedYaml } from './files.js';
import { loadMentoring } from './mentoring.js';
import {
  dice,
  levelWork,
  moment,
  planStudy,
  type EvidenceFile,
  type HistorySettings,
  type LevelWork,
  type Study,
} from './study.js';

type Step = <T>(what: string, work: () => Promise<T>) => Promise<T>;

const DAY = 86_400_000;
/** As the worker runs its jobs. */
const RUN = { id: 'demo', signal: new AbortController().signal, progress: () => Promise.resolve() };
/** Days between reviews of a card that is recalled each time. */
const INTERVALS = [1, 3, 8, 21, 50, 110];

/** Months of work of the demo company, drawn from a fixed seed, through the loaders that obey the same rules as people. */
export async function loadHistory(app: SeedApp, company: DemoCompany, content: DemoContent, step: Step): Promise<void> {
  const history = await seedYaml<HistorySettings>('demo/history.yaml');
  const evidence = await seedYaml<EvidenceFile>('demo/evidence.yaml');
  const study = planStudy(company, content, history, evidence);
  const work = levelWork(
    study,
    (course, level) => `${course}-${level}-checkpoint`,
    history.checkpoint.pass_first_share,
    history.seed,
    company.now,
  );

  const starts = startsOf(company, history, study);
  await step('enrolments', async () => {
    await app.get(Assignments).sync();
    await app.get(LearningLoader).loadEnrolments(
      [...starts].map(([personId, startDay]) => {
        const role = company.people.find((p) => p.id === personId)?.role;
        return {
          personId,
          mapCode: role === 'customer-success-manager' ? 'customer-success-90' : 'new-business-90',
          startDay,
        };
      }),
      null,
    );
  });
  await step('pairings and meetings', () => loadMentoring(app, company, history, starts));
  await step('lessons and checkpoints', async () => {
    for (const level of work) {
      await app.get(CourseProgress).completeLessons(level.lessons);
      await loadAttempts(
        app,
        level.checkpoints.map((c) => c.entry),
      );
    }
  });
  await step('exams', () => loadAttempts(app, study.exams));
  await step('statistics', () => app.get(Statistics).refresh({}, RUN));
  await step('readings, milestones, check-ins', async () => {
    await app.get(LearningLoader).loadCheckIns(await checkInsOf(company, history, starts));
    await app.get(LearningLoader).loadReadings(study.readings);
    await app.get(LearningLoader).loadMilestones(study.milestones);
  });
  await step('assignments', () => loadAssignments(app));
  await step('reviews', () => app.get(ReviewLoader).loadReviewHistory(reviewsOf(company, history, work)));
  await step('certificates', async () => {
    const { certifications } = await seedYaml<{ certifications: CertificationSeed[] }>('demo/certifications.yaml');
    await app.get(CertificationLoader).loadCertifications(certifications);
    await app.get(CertificationLoader).loadCertificates(certificatesOf(company, history));
    await app.get(CertificationChecks).run({}, RUN);
  });
  await step('points, badges, boards', async () => {
    await app.db.transaction(async (tx) => app.get(RewardsLoader).loadRewards(tx, await seedText('demo/rewards.yaml')));
    await app.get(PointsReplay).rebuildFromActivities();
    await app.get(RewardsLoader).loadOrders(ordersOf(company, history));
  });
  await app.db.transaction(async (tx) =>
    app.get(AnnouncementsLoader).load(tx, await seedText('demo/announcements.yaml'), company.now),
  );
  await app.db.transaction(async (tx) =>
    app.get(NotificationsLoader).load(tx, await rows<PastEvent>(tx, LAST_NEWS, [company.now, NEWS_DAYS]), company.now),
  );
  // The past is silent: nobody gets months of notices on the first day.
  await app.db.transaction((tx) => execute(tx, `update outbox_event set relayed_at = now() where relayed_at is null`));
}

const NEWS_DAYS = 14;
/** What people would have been told in the last days: badges, exam results, and what was decided about milestones. */
const LAST_NEWS = `
  select b.id::text as id, 'badge.awarded' as type, pb.person_id as "personId", pb.awarded_at as at,
         jsonb_build_object('badgeId', b.id, 'badgeCode', b.code, 'tier', b.tier) as payload
  from person_badge pb join badge b on b.id = pb.badge_id
  where pb.awarded_at <= $1 and pb.awarded_at > $1::timestamptz - make_interval(days => $2)
  union all
  select s.id::text, case s.status when 'returned' then 'milestone.returned' else 'milestone.signed' end, s.person_id, s.decided_at,
         jsonb_build_object('milestoneSubmissionId', s.id, 'enrolmentId', s.enrolment_id, 'nodeId', n.id, 'round', s.round, 'decidedBy', s.decided_by)
  from milestone_submission s join enrolment e on e.id = s.enrolment_id
  join map_node n on n.version_id = e.version_id and n.key = s.node_key
  where s.decided_at <= $1 and s.decided_at > $1::timestamptz - make_interval(days => $2)
  union all
  select id::text, type, person_id, occurred_at, payload from outbox_event
  where type = 'attempt.finished' and occurred_at <= $1 and occurred_at > $1::timestamptz - make_interval(days => $2)
  order by at`;

/** Attempts of the past; their news is silenced below, so how well each question was answered is counted here. */
async function loadAttempts(
  app: SeedApp,
  entries: Parameters<AssessmentLoader['loadAssessmentHistory']>[0],
): Promise<void> {
  const { attemptIds } = await app.get(AssessmentLoader).loadAssessmentHistory(entries);
  await app.db.transaction((tx) => app.get(QuestionStatistics).countAttempts(tx, attemptIds));
}

/** Mandatory training that stands without a map; what people completed before counts. */
async function loadAssignments(app: SeedApp): Promise<void> {
  const { assignments } = await seedYaml<{
    assignments: {
      audience: Text;
      kind: string;
      code: string;
      due_in_days: number;
      recurrence: string;
    }[];
  }>('demo/assignments.yaml');
  for (const a of assignments) {
    const audience = await app.db.transaction((tx) =>
      app.get(Audiences).save(tx, { name: a.audience, rule: { everyone: true } }, null),
    );
    await app.get(Assignments).create(null, {
      audienceId: audience.id,
      targetKind: a.kind,
      targetCode: a.code,
      dueDays: a.due_in_days,
      recurrence: a.recurrence,
    });
  }
}

/** The first day on the map of those who finished it: shortly before the first thing they did there. */
function startsOf(company: DemoCompany, history: HistorySettings, study: Study): Map<string, LocalDay> {
  return new Map(
    history.completed_learners.flatMap((number): [string, LocalDay][] => {
      const id = company.byNumber.get(number)?.id;
      const first = Math.min(...study.readings.filter((r) => r.personId === id).map((r) => r.at.getTime()));
      return id
        ? [
            [
              id,
              addDays(
                company.today,
                -(Number.isFinite(first) ? Math.ceil((company.now.getTime() - first) / DAY) + 2 : 150),
              ),
            ],
          ]
        : [];
    }),
  );
}

/** Cards from finished lessons and missed questions, reviewed at growing distances, some of them due today. */
function reviewsOf(company: DemoCompany, history: HistorySettings, work: readonly LevelWork[]): ReviewHistoryPerson[] {
  const random = dice(history.seed + 2);
  const due = new Map(history.scripted.map((s) => [company.byNumber.get(s.person)?.id, s.cards_due]));
  const people = new Map<string, ReviewHistoryCard[]>();
  const zone = new Map(company.people.map((p) => [p.id, p.zone]));
  const diligent = new Map(company.people.map((p) => [p.id, random.next()]));
  for (const s of history.scripted)
    if (!history.completed_learners.includes(s.person)) diligent.set(company.byNumber.get(s.person)?.id ?? '', 0.8);

  const add = (personId: string, card: Omit<ReviewHistoryCard, 'reviews'>): void => {
    const reviews: ReviewHistoryCard['reviews'][number][] = [];
    let at = card.createdAt.getTime();
    const eager = diligent.get(personId) ?? 0.5;
    for (let i = 0; i < INTERVALS.length; i += 1) {
      at += (INTERVALS[i] as number) * DAY * (0.9 + random.next() * (1.4 - eager));
      if (at > company.now.getTime() - 3_600_000) break;
      const day = new Date(at);
      const recalled = random.chance(history.review.recall_share);
      reviews.push({
        at: moment(day.toISOString().slice(0, 10), zone.get(personId) ?? company.zone, random, company.now),
        grade: recalled ? random.pick([3, 3, 3, 4, 2] as const) : 1,
        durationMs: random.int(3_000, 22_000),
      });
      if (!recalled) i = -1;
      if (reviews.length >= 9) break;
    }
    people.set(personId, [...(people.get(personId) ?? []), { ...card, reviews }]);
  };
  for (const level of work) {
    for (const l of level.lessons)
      if ((diligent.get(l.personId) ?? 0) > 0.25)
        add(l.personId, {
          kind: 'key-point',
          lessonRef: `${l.courseCode}/${l.lessonKey}`,
          createdAt: new Date(l.occurredAt.getTime() + 60_000),
        });
    for (const c of level.checkpoints)
      for (const code of c.missed)
        add(c.entry.personId, {
          kind: 'question',
          questionCode: code,
          createdAt: new Date(c.entry.submittedAt.getTime() + 60_000),
        });
  }
  for (const script of history.scripted) {
    const person = company.byNumber.get(script.person);
    const cards = people.get(person?.id ?? '') ?? [];
    if (!person || cards.length === 0) continue;
    // A streak is a review on each of the last days up to yesterday.
    for (let ago = 1; ago <= (script.streak ?? 0); ago += 1) {
      const at = moment(addDays(company.today, -ago), person.zone, random, company.now);
      const index = cards.findIndex((c, i) => i % 7 === ago % 7 && c.createdAt < at);
      const card = cards[index];
      if (card)
        cards[index] = {
          ...card,
          reviews: [...card.reviews, { at, grade: 3 as const, durationMs: 6_000 }].sort(
            (a, b) => a.at.getTime() - b.at.getTime(),
          ),
        };
    }
  }
  return [...people].map(([personId, cards]) => {
    const wanted = due.get(personId);
    const reviewed = cards.filter((c) => c.reviews.length > 0);
    const chosen = new Set(reviewed.slice(0, wanted ?? 0));
    return { personId, cards: wanted === undefined ? cards : cards.map((c) => ({ ...c, dueNow: chosen.has(c) })) };
  });
}

/** Business people of some years hold the certificate: most in force, some about to end, two lapsed. */
function certificatesOf(company: DemoCompany, history: HistorySettings): CertificateHistory[] {
  const random = dice(history.seed + 5);
  const holders = company.people.filter(
    (p) =>
      ['new-business', 'senior-business'].includes(p.role) &&
      p.hiredDaysAgo > 200 &&
      (random.chance(history.certification.issued_share) || history.completed_learners.includes(p.number)),
  );
  const { expiring_within_30_days: expiring, lapsed } = history.certification;
  return holders.map((p, i) => ({
    personId: p.id,
    certificationCode: 'business-consultant',
    issuedOn: addDays(
      company.today,
      -(i < lapsed ? random.int(372, 390) : i < lapsed + expiring ? random.int(338, 362) : random.int(20, 280)),
    ),
  }));
}

/** Orders of the last months: most fulfilled, some rejected or cancelled, a few waiting. */
function ordersOf(company: DemoCompany, history: HistorySettings): OrderHistory[] {
  const random = dice(history.seed + 3);
  const rewards = [
    'coffee-voucher',
    'book-voucher',
    'desk-plant',
    'thermos',
    'coffee-voucher',
    'half-day-leave',
    'lunch-with-expert',
    'presentation-workshop',
  ];
  const people = company.people.filter((p) => p.hiredDaysAgo > 40);
  const decider = company.byNumber.get('QM0002')?.id;
  // The manager of the demo sign-ins finds something to decide.
  const team = people.filter((p) => p.manager === 'QM0021').slice(0, 4);
  const asked = team.map((p, i): OrderHistory => ({
    personId: p.id,
    rewardCode: i % 2 === 0 ? 'half-day-leave' : 'presentation-workshop',
    requestedAt: new Date(company.now.getTime() - (i + 1) * 7 * 3_600_000),
    state: 'requested',
  }));
  const drawn = Array.from({ length: history.redemptions.count * 2 }, (_, i): OrderHistory => {
    const waiting = i < history.redemptions.waiting * 2;
    const fate = random.next();
    const state = waiting
      ? 'requested'
      : fate < history.redemptions.rejected_share
        ? 'rejected'
        : fate < history.redemptions.rejected_share + history.redemptions.cancelled_share
          ? 'cancelled'
          : fate > 0.93
            ? 'approved'
            : 'fulfilled';
    const daysAgo = waiting ? random.int(0, 3) : random.int(5, 90);
    return {
      personId: random.pick(people).id,
      rewardCode: random.pick(waiting ? ['half-day-leave', 'lunch-with-expert', 'presentation-workshop'] : rewards),
      requestedAt: new Date(
        startOfDay(addDays(company.today, -daysAgo), company.zone).getTime() +
          (waiting && daysAgo === 0 ? 1 : 10) * 3_600_000,
      ),
      state,
      ...(decider ? { decidedBy: decider } : {}),
    };
  });
  return [...drawn, ...asked].sort((a, b) => a.requestedAt.getTime() - b.requestedAt.getTime());
}
