import type { HistoryEntry } from '@waymark/assessment';
import type { PastLesson, CourseSeed } from '@waymark/catalog';
import type { MapSeed, MilestoneHistory, ReadingHistory } from '@waymark/learning';
import { addDays, localDayOf, mulberry32, startOfDay, type LocalDay, weekday } from '@waymark/kernel';
import type { DemoCompany, DemoPerson } from './company.js';
import type { DemoContent } from './content.js';

export interface ScriptedPerson {
  person: string;
  stage_completed?: string[];
  completed?: string[];
  in_progress?: { node: string; share?: number; steps?: number }[];
  submitted?: { node: string; days_ago: number }[];
  exam_scores?: Record<string, number | number[]>;
  cards_due?: number;
  streak?: number;
}

export interface HistorySettings {
  seed: number;
  active_share: number;
  review: { recall_share: number };
  mentoring: { held_share: number; returned_share: number };
  checkpoint: { pass_first_share: number };
  completed_learners: string[];
  pairings: { mentor: string; mentee: string; missed_in_a_row?: number }[];
  scripted: ScriptedPerson[];
  redemptions: { count: number; waiting: number; rejected_share: number; cancelled_share: number };
  certification: { issued_share: number; expiring_within_30_days: number; lapsed: number };
  aliases: string[];
}

export interface EvidenceFile {
  evidence: { node: string; step?: number; locale: string; text: string }[];
  /** Entries of long counters by node. */
  series: Record<string, string[]>;
  decisions: { returned: { locale: string; text: string }[]; signed: { locale: string; text: string }[] };
}

/** What a person did in one course: how many of its lessons, over which days. */
export interface CoursePlan {
  person: DemoPerson;
  course: CourseSeed;
  from: Date;
  to: Date;
  lessons: number;
}

export interface Study {
  plans: CoursePlan[];
  readings: ReadingHistory[];
  milestones: MilestoneHistory[];
  exams: HistoryEntry[];
}

const DAY = 86_400_000;

export interface Dice {
  next(): number;
  int(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  chance(p: number): boolean;
}

export function dice(seed: number): Dice {
  const next = mulberry32(seed);
  return {
    next,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (list) => list[Math.floor(next() * list.length)] as (typeof list)[number],
    chance: (p) => next() < p,
  };
}

/** A moment on a day, in the hours people learn: before work, at noon, in the evening. */
export function moment(day: LocalDay, zone: string, random: Dice, latest: Date): Date {
  const hour = random.pick([7.5, 8.2, 12.3, 12.7, 13.1, 17.8, 19.5, 20.6]) + random.next() * 0.6;
  const at = new Date(startOfDay(day, zone).getTime() + hour * 3_600_000);
  return at < latest ? at : new Date(latest.getTime() - random.int(3, 90) * 60_000);
}

/** The nearest weekday on or before the day. */
export function workday(day: LocalDay): LocalDay {
  const w = weekday(day);
  return w <= 5 ? day : addDays(day, 5 - w);
}

/** Exactly `right` of `of` items right, which ones drawn by the seed. */
export function exactly(right: number, of: number, seed: number): HistoryEntry['answer'] {
  const random = mulberry32(seed);
  const order = Array.from({ length: of }, (_, i) => i + 1).sort(() => random() - 0.5);
  const wrong = new Set(order.slice(0, Math.max(0, of - right)));
  return (item) => {
    if (!wrong.has(item.item)) return item.right.answer;
    if (item.type === 'short') return null;
    const other = item.choices.filter((c) => !item.right.choices.includes(c));
    return item.type === 'multiple' ? { choices: item.right.choices.slice(0, 1) } : { choices: other.slice(0, 1) };
  };
}

type SeedNode = MapSeed['stages'][number]['nodes'][number];

/** Which nodes of the map a person has done, in map order. */
function doneNodes(map: MapSeed, script: ScriptedPerson): SeedNode[] {
  const named = new Set(script.completed ?? []);
  const whole = new Set(script.stage_completed ?? []);
  return map.stages.flatMap((s) => s.nodes.filter((n) => named.has(n.key) || (whole.has(s.key) && n.required)));
}

/** Turns scripts, finished learners and everybody's courses into lessons, attempts, readings and milestones with dates. */
export function planStudy(
  company: DemoCompany,
  content: DemoContent,
  history: HistorySettings,
  evidence: EvidenceFile,
): Study {
  const random = dice(history.seed);
  const study: Study = { plans: [], readings: [], milestones: [], exams: [] };
  const courses = new Map(content.courses.map((c) => [c.code, c]));
  const mapOf = (code: string): MapSeed => content.maps.find((m) => m.code === code) as MapSeed;
  const mentorOf = new Map(history.pairings.map((p) => [p.mentee, p.mentor]));
  const scripted = new Set(history.scripted.map((s) => s.person));
  const newcomers = new Set(company.people.filter((p) => p.hiredDaysAgo <= 100).map((p) => p.number));

  const lessonCount = (c: CourseSeed): number => c.levels.reduce((n, l) => n + l.lessons.length, 0);
  const signer = (p: DemoPerson): string =>
    company.byNumber.get(mentorOf.get(p.number) ?? p.manager ?? 'QM0021')?.id ?? '';
  const wordsFor = (key: string, step: number, p: DemoPerson): string => {
    const entry = step > 0 ? evidence.series[key]?.[step - 1] : undefined;
    const own = evidence.evidence.filter((e) => e.node === key && (e.step ?? 0) === step);
    return entry ?? (own.find((e) => e.locale === p.locale) ?? own[0])?.text ?? '';
  };
  const decision = (kind: 'returned' | 'signed', p: DemoPerson): string =>
    random.pick(evidence.decisions[kind].filter((d) => (p.locale === 'en') === (d.locale === 'en'))).text;

  function milestone(
    p: DemoPerson,
    map: MapSeed,
    node: SeedNode,
    at: Date,
    state: { steps?: number; submitted?: boolean },
  ): void {
    const counter = node.milestone?.counter;
    const steps = counter ? (state.steps ?? counter.target) : 0;
    const day = localDayOf(at, p.zone);
    const gap = Math.max(1, Math.floor(20 / Math.max(1, steps)));
    const entries = Array.from({ length: steps }, (_, i) => {
      const words = wordsFor(node.key, i + 1, p);
      const title = (/^[^。.：:]*/.exec(words)?.[0] ?? '').slice(0, 60);
      const note = words.slice(title.length).replace(/^[。.：:]\s*/, '');
      return { on: workday(addDays(day, -(steps - i) * gap)), title, note };
    });
    const wants = node.milestone?.evidence ?? [];
    const base = {
      text: wordsFor(node.key, 0, p),
      ...(node.milestone?.number ? { number: node.milestone.number.target + random.int(2, 15) } : {}),
      entries,
      links:
        wants.includes('file') || wants.includes('link')
          ? [
              {
                title: p.locale === 'en' ? 'Minutes in the CRM' : 'CRM 纪要',
                url: `https://crm.qiming.example/notes/${p.number.toLowerCase()}-${node.key}`,
              },
            ]
          : [],
    };
    const rounds: MilestoneHistory['rounds'] = [];
    if (state.submitted === undefined && state.steps !== undefined) rounds.push({ entries });
    else if (state.submitted) rounds.push({ ...base, submittedAt: at });
    else {
      const submittedAt = new Date(at.getTime() - random.int(1, 2) * DAY);
      if (random.chance(history.mentoring.returned_share)) {
        const first = new Date(submittedAt.getTime() - 3 * DAY);
        rounds.push({
          ...base,
          submittedAt: first,
          decision: {
            status: 'returned',
            by: signer(p),
            at: new Date(first.getTime() + DAY),
            comment: decision('returned', p),
          },
        });
      }
      rounds.push({
        ...base,
        submittedAt,
        decision: { status: 'signed', by: signer(p), at, comment: decision('signed', p) },
      });
    }
    study.milestones.push({ personId: p.id, mapCode: map.code, nodeKey: node.key, rounds });
  }

  function attempts(p: DemoPerson, code: string, at: Date, scores: readonly number[]): void {
    const of = content.itemCounts.get(code) ?? 10;
    scores.forEach((score, i) => {
      const submittedAt = new Date(at.getTime() - (scores.length - 1 - i) * 4 * DAY);
      const seed = random.int(1, 1_000_000);
      const right =
        score >= 80
          ? Math.max(Math.ceil(of * 0.8), Math.round((score * of) / 100))
          : Math.min(Math.ceil(of * 0.8) - 1, Math.round((score * of) / 100));
      study.exams.push({
        personId: p.id,
        assessmentCode: code,
        startedAt: new Date(submittedAt.getTime() - random.int(8, 26) * 60_000),
        submittedAt,
        seed,
        locale: p.locale,
        answer: exactly(right, of, seed),
      });
    });
  }

  function walk(p: DemoPerson, map: MapSeed, script: ScriptedPerson, from: Date, to: Date): void {
    const done = doneNodes(map, script);
    const span = to.getTime() - from.getTime();
    let before = from;
    done.forEach((node, i) => {
      const at = moment(
        workday(localDayOf(new Date(from.getTime() + (span * (i + 0.7)) / (done.length + 0.4)), p.zone)),
        p.zone,
        random,
        to,
      );
      const target = node.target;
      if (node.kind === 'course' && target && courses.has(target.code)) {
        const course = courses.get(target.code) as CourseSeed;
        study.plans.push({ person: p, course, from: before, to: at, lessons: lessonCount(course) });
      } else if ((node.kind === 'exam' || node.kind === 'quiz') && target) {
        const given = script.exam_scores?.[target.code];
        attempts(
          p,
          target.code,
          at,
          given === undefined ? [random.int(84, 96)] : Array.isArray(given) ? given : [given],
        );
      } else if (node.kind === 'reading')
        study.readings.push({ personId: p.id, mapCode: map.code, nodeKey: node.key, at });
      else if (node.kind === 'milestone') milestone(p, map, node, at, {});
      if (at > before) before = at;
    });
    for (const now of script.in_progress ?? []) {
      const node = map.stages.flatMap((s) => s.nodes).find((n) => n.key === now.node);
      if (node?.kind === 'course' && node.target && courses.has(node.target.code)) {
        const course = courses.get(node.target.code) as CourseSeed;
        study.plans.push({
          person: p,
          course,
          from: new Date(to.getTime() - 2 * DAY),
          to,
          lessons: Math.max(1, Math.round(lessonCount(course) * (now.share ?? 0.5))),
        });
      } else if (node?.kind === 'milestone' && now.steps) milestone(p, map, node, to, { steps: now.steps });
    }
    for (const waiting of script.submitted ?? []) {
      const node = map.stages.flatMap((s) => s.nodes).find((n) => n.key === waiting.node);
      if (node)
        milestone(p, map, node, new Date(company.now.getTime() - waiting.days_ago * DAY - 2 * 3_600_000), {
          submitted: true,
        });
    }
    // Exams failed on the way to a node that is not done yet.
    const codes = new Set(done.flatMap((n) => n.target?.code ?? []));
    for (const [code, scores] of Object.entries(script.exam_scores ?? {})) {
      if (!codes.has(code))
        attempts(p, code, new Date(to.getTime() - 3 * DAY), Array.isArray(scores) ? scores : [scores]);
    }
  }

  const finished = new Set(history.completed_learners);
  for (const script of history.scripted) {
    const p = company.byNumber.get(script.person);
    if (!p || finished.has(script.person)) continue;
    walk(p, mapOf('new-business-90'), script, startOfDay(p.hireDate, p.zone), company.now);
  }
  const walked: { p: DemoPerson; map: MapSeed; to: Date }[] = [];
  for (const number of history.completed_learners) {
    const p = company.byNumber.get(number);
    if (!p) continue;
    const map = mapOf(p.role === 'customer-success-manager' ? 'customer-success-90' : 'new-business-90');
    const from = startOfDay(addDays(company.today, -random.int(120, 170)), p.zone);
    const script: ScriptedPerson = { person: number, stage_completed: map.stages.map((s) => s.key) };
    const to = new Date(from.getTime() + random.int(80, 95) * DAY);
    walk(p, map, script, from, to);
    walked.push({ p, map, to });
  }
  // Newcomers without a script are somewhere behind or ahead of the plan.
  for (const p of company.people) {
    if (
      !newcomers.has(p.number) ||
      scripted.has(p.number) ||
      !['new-business', 'customer-success-manager'].includes(p.role)
    )
      continue;
    const map = mapOf(p.role === 'customer-success-manager' ? 'customer-success-90' : 'new-business-90');
    const pace = 0.55 + random.next() * 0.55;
    const keys = map.stages.flatMap((s) =>
      s.nodes.filter((n) => n.required && (n.due_day ?? 90) <= p.hiredDaysAgo * pace).map((n) => n.key),
    );
    walk(p, map, { person: p.number, completed: keys }, startOfDay(p.hireDate, p.zone), company.now);
  }
  for (const p of company.people) {
    if (newcomers.has(p.number) || finished.has(p.number) || !random.chance(history.active_share)) continue;
    let day = random.int(120, 175);
    for (const course of [...content.courses].sort(() => random.next() - 0.5).slice(0, random.int(2, 5))) {
      if (day < 4) break;
      const length = random.int(6, 20);
      const last = day - length <= 8;
      const from = startOfDay(addDays(company.today, -day), p.zone);
      const to = new Date(Math.min(company.now.getTime(), from.getTime() + length * DAY));
      study.plans.push({
        person: p,
        course,
        from,
        to,
        lessons: last ? random.int(1, lessonCount(course)) : lessonCount(course),
      });
      day -= length + random.int(4, 25);
    }
  }
  // Who finished did the optional pieces too: nothing on a closed map is late. Last, so that the rest of the past stays.
  for (const { p, map, to } of walked)
    for (const node of map.stages.flatMap((s) => s.nodes).filter((n) => !n.required)) {
      if (node.kind === 'reading')
        study.readings.push({ personId: p.id, mapCode: map.code, nodeKey: node.key, at: to });
      else if (node.kind === 'milestone') milestone(p, map, node, to, {});
    }
  return study;
}

export interface LevelWork {
  lessons: PastLesson[];
  checkpoints: { entry: HistoryEntry; missed: string[] }[];
}

/** The study of each course level, first levels first: lessons, then the checkpoint, failed once now and then. */
export function levelWork(
  study: Study,
  checkpointCode: (course: string, level: string) => string,
  passFirst: number,
  seed: number,
  now: Date,
): LevelWork[] {
  const random = dice(seed + 1);
  const depth = Math.max(...study.plans.map((p) => p.course.levels.length));
  const work: LevelWork[] = Array.from({ length: depth }, () => ({ lessons: [], checkpoints: [] }));
  for (const plan of study.plans) {
    const total = plan.course.levels.reduce((n, l) => n + l.lessons.length, 0);
    const span = plan.to.getTime() - plan.from.getTime();
    let index = 0;
    for (const [i, level] of plan.course.levels.entries()) {
      for (const lesson of level.lessons) {
        if (index >= plan.lessons) break;
        const share = (index + 0.5) / (total + 0.5);
        const at = moment(
          workday(localDayOf(new Date(plan.from.getTime() + span * share), plan.person.zone)),
          plan.person.zone,
          random,
          plan.to,
        );
        work[i]?.lessons.push({
          personId: plan.person.id,
          courseCode: plan.course.code,
          lessonKey: lesson.key,
          occurredAt: new Date(Math.max(at.getTime(), plan.from.getTime() + index * 60_000)),
        });
        index += 1;
      }
      const through = plan.course.levels.slice(0, i + 1).reduce((n, l) => n + l.lessons.length, 0);
      if (!level.checkpoint || plan.lessons < through) break;
      const end = new Date(Math.min(now.getTime() - 60_000, plan.from.getTime() + span * (through / (total + 0.1))));
      const of = level.checkpoint.questions.length;
      const tries = random.chance(passFirst) ? [of] : [Math.max(1, of - random.int(1, 2)), of];
      tries.forEach((right, n) => {
        const submittedAt = new Date(end.getTime() - (tries.length - 1 - n) * 40 * 60_000);
        const answerSeed = random.int(1, 1_000_000);
        work[i]?.checkpoints.push({
          entry: {
            personId: plan.person.id,
            assessmentCode: checkpointCode(plan.course.code, level.key),
            startedAt: new Date(submittedAt.getTime() - random.int(2, 6) * 60_000),
            submittedAt,
            seed: answerSeed,
            locale: plan.person.locale,
            answer: exactly(right, of, answerSeed),
          },
          missed: right < of ? (level.checkpoint?.questions.slice(0, of - right) ?? []) : [],
        });
      });
    }
  }
  return work;
}
