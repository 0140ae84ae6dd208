import { Cohorts } from '@waymark/identity';
import { addDays, type LocalDay, type Text, weekday } from '@waymark/kernel';
import { MentoringLoader, type MeetingHistory, type PairingHistory } from '@waymark/mentoring';
import type { SeedApp } from './app.js';
import type { DemoCompany, DemoPerson } from './company.js';
import { seedYaml } from './files.js';
import { dice, type HistorySettings } from './study.js';

interface MeetingNote {
  locale: string;
  stage: 'know' | 'practise' | 'own';
  note: string;
  actions: { text: string; owner: 'learner' | 'mentor'; due_in: number }[];
}

interface DepthFile {
  rate: { per_meeting: number; currency: string };
  about: Record<string, string>;
  absences: { mentor: string; from: number; to: number; substitute: string }[];
  figures: { period: string; low: number; high: number };
  thanks: { learner: string; text: string }[];
  summaries: { goal: number; learner: string; mentor: string; next: string }[];
  feedback: { prepared: number; useful: number; comment: string }[];
  plans: { learner: string; weeks_ago: number; behaviours: string[][]; self: number[]; mentor: number[] }[];
  matching: { code: string; title: Text; learners: string[] };
}

const THURSDAY = 4;

/** The Thursday on or after the day. */
function thursday(day: LocalDay): LocalDay {
  return addDays(day, (THURSDAY - weekday(day) + 7) % 7);
}

interface Pair {
  mentor: DemoPerson;
  learner: DemoPerson;
  missed: number;
  startDay: LocalDay;
  lastDay: LocalDay | null;
}

/**
 * Mentor profiles, pairings, and the weekly hours since, held or missed, with notes.
 * @param starts first days on the map of those who finished it, by person id
 */
export async function loadMentoring(
  app: SeedApp,
  company: DemoCompany,
  history: HistorySettings,
  starts: ReadonlyMap<string, LocalDay>,
): Promise<void> {
  const random = dice(history.seed + 4);
  // A series of its own: what was added later leaves the meetings as they were.
  const more = dice(history.seed + 40);
  const { notes } = await seedYaml<{ notes: MeetingNote[] }>('demo/meeting-notes.yaml');
  const depth = await seedYaml<DepthFile>('demo/mentoring.yaml');
  const loader = app.get(MentoringLoader);
  const mentors = company.people.filter((p) => p.tags.includes('mentor'));
  await loader.loadMentorProfiles(
    mentors.map((p) => ({
      personId: p.id,
      skills: [
        'communication',
        'needs-analysis',
        random.pick(['negotiation', 'solution-design', 'customer-management']),
      ],
      languages: p.locale === 'en' ? ['en', 'zh-CN'] : ['zh-CN'],
      capacity: 4,
      about: depth.about[p.number] ?? '',
      availability: [
        { weekday: THURSDAY, from: 14 * 60, to: 17 * 60 },
        ...(more.chance(0.5) ? [{ weekday: 2, from: 10 * 60, to: 12 * 60 }] : []),
      ],
    })),
  );
  const pairs = history.pairings.flatMap((p): Pair[] => {
    const mentor = company.byNumber.get(p.mentor);
    const learner = company.byNumber.get(p.mentee);
    return mentor && learner
      ? [{ mentor, learner, missed: p.missed_in_a_row ?? 0, startDay: learner.hireDate, lastDay: null }]
      : [];
  });
  history.completed_learners.forEach((number, i) => {
    const learner = company.byNumber.get(number);
    const startDay = starts.get(learner?.id ?? '');
    const mentor = mentors.filter((m) => m.id !== learner?.id)[i % (mentors.length - 1)];
    if (learner && mentor && startDay)
      pairs.push({ mentor, learner, missed: 0, startDay, lastDay: addDays(startDay, 91) });
  });
  await loader.loadPairings(
    pairs.map(({ mentor, learner, startDay, lastDay }): PairingHistory => ({
      mentorId: mentor.id,
      learnerId: learner.id,
      startDay,
      ...(lastDay
        ? { endDay: lastDay, endedOn: lastDay }
        : { weekday: THURSDAY, startMinute: hourOf(mentor, learner) * 60 }),
    })),
  );

  /** A mentor sees one mentee after the other. */
  function hourOf(mentor: DemoPerson, learner: DemoPerson): number {
    const own = pairs.filter((p) => p.mentor === mentor && !p.lastDay);
    return [15, 16, 14, 11][own.findIndex((p) => p.learner === learner) % 4] as number;
  }

  const meetings: MeetingHistory[] = [];
  for (const { mentor, learner, missed, startDay, lastDay } of pairs) {
    const days: LocalDay[] = [];
    for (let day = thursday(startDay); day < company.today && day <= (lastDay ?? day); day = addDays(day, 7))
      days.push(day);
    days.forEach((day, i) => {
      const recent = days.length - i <= missed;
      const held =
        !recent &&
        (i === 0 || missed === 0 || i < days.length - missed) &&
        (missed > 0 || lastDay !== null || random.chance(history.mentoring.held_share));
      meetings.push({
        mentorId: mentor.id,
        learnerId: learner.id,
        day,
        ...(held
          ? heldMeeting(
              learner,
              i,
              day,
              pairs.findIndex((p) => p.learner === learner),
            )
          : { state: 'missed' as const }),
      });
    });
  }
  await loader.loadMeetings(meetings);
  await loadDepth();

  /** What stands in mentoring.yaml, and a matching for a cohort that waits to be decided. */
  async function loadDepth(): Promise<void> {
    const id = (number: string): string => company.byNumber.get(number)?.id ?? '';
    const { rate, absences, figures, plans, matching } = depth;
    await loader.loadDepth({
      rate: {
        fromMonth: addDays(company.today, -330).slice(0, 7),
        perMeeting: rate.per_meeting,
        currency: rate.currency,
      },
      absences: absences.map((a) => ({
        mentor: id(a.mentor),
        fromDay: addDays(company.today, a.from),
        toDay: addDays(company.today, a.to),
        substitute: id(a.substitute),
      })),
      figures: {
        period: figures.period,
        list: company.people
          .filter((p) => !p.tags.includes('new-hire'))
          .map((p) => ({
            person: p.id,
            figure: figures.low + Math.floor(more.next() * (figures.high - figures.low)),
          })),
      },
      summaries: depth.summaries,
      feedback: depth.feedback,
      thanks: depth.thanks.map((t) => ({ learnerId: id(t.learner), text: t.text })),
      plans: plans.map((p) => ({
        learnerId: id(p.learner),
        startDay: addDays(company.today, -7 * p.weeks_ago),
        behaviours: p.behaviours,
        learner: p.self,
        mentor: p.mentor,
      })),
    });
    const cohortId = await app.db.transaction(async (tx) => {
      const known = (await app.get(Cohorts).list(tx)).find((c) => c.code === matching.code);
      const cohort = known ?? (await app.get(Cohorts).save(tx, { code: matching.code, name: matching.title }, null));
      const members = matching.learners.map(id).filter((m) => m !== '');
      await app.get(Cohorts).setMembers(tx, cohort.id, members, [], null);
      return cohort.id;
    });
    await loader.loadMatching({
      cohortId,
      learnerIds: matching.learners.map(id).filter((m) => m !== ''),
      by: id('QM0002'),
    });
  }

  function heldMeeting(
    learner: DemoPerson,
    week: number,
    day: LocalDay,
    pair: number,
  ): Omit<MeetingHistory, 'mentorId' | 'learnerId' | 'day'> {
    const stage = week < 4 ? 'know' : week < 8 ? 'practise' : 'own';
    // The first meeting has a note of its own; then one note follows the other, each pair begins elsewhere.
    const [opening, ...rest] = notes.filter(
      (n) => n.stage === stage && (n.locale === 'en') === (learner.locale === 'en'),
    );
    const turn = week - { know: 1, practise: 4, own: 8 }[stage];
    const follow = stage === 'know' ? rest : [opening, ...rest];
    const chosen = (week === 0 ? opening : follow[(turn + pair) % follow.length]) as MeetingNote;
    return {
      state: 'held',
      minutes: random.pick([45, 50, 60, 60, 65]),
      notes: chosen.note,
      actions: chosen.actions.map((a) => {
        const dueOn = addDays(day, a.due_in);
        return {
          text: a.text,
          owner: a.owner,
          dueOn,
          ...(dueOn < company.today && random.chance(0.9) ? { doneOn: dueOn } : {}),
        };
      }),
    };
  }
}
