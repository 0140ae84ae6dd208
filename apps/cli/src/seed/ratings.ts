import { addDays, mulberry32, type Text } from '@waymark/kernel';
import {
  Competencies,
  CompetencyEditor,
  CompetencyRatings,
  RoleRequirements,
  type PastRating,
} from '@waymark/identity';
import type { SeedApp } from './app.js';
import type { DemoCompany, DemoPerson } from './company.js';
import { seedYaml } from './files.js';

interface RatingsFile {
  rounds: number[];
  stories: {
    person: string;
    rounds: number[];
    ratings: Record<
      string,
      { self: (number | null)[]; assessed: (number | null)[]; note: { self?: string; assessed?: string } }
    >;
  }[];
  notes: { self: string[]; assessed: string[] };
  upcoming: { job_role: string; dimension: string; level: string; in_days: number }[];
  revised: { dimension: string; description: Text }[];
}

const DAY = 86_400_000;

/** Ratings of everybody whose job role requires something, in rounds: by themselves, and by their mentor or manager. */
export async function loadRatings(app: SeedApp, demo: DemoCompany): Promise<void> {
  const file = await seedYaml<RatingsFile>('demo/competency-ratings.yaml');
  const { pairings } = await seedYaml<{ pairings: { mentor: string; mentee: string }[] }>('demo/history.yaml');
  const { job_roles } = await seedYaml<{ job_roles: { code: string; requires: Record<string, string> }[] }>(
    'demo/job-roles.yaml',
  );
  const requires = new Map(job_roles.map((r) => [r.code, r.requires]));
  const mentorOf = new Map(pairings.map((p) => [p.mentee, p.mentor]));
  const random = mulberry32(20_260_408);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const lead = demo.byNumber.get('QM0002') as DemoPerson;

  await app.db.transaction(async (tx) => {
    const levels = new Map((await app.get(Competencies).levels(tx)).map((l) => [l.code, l.level]));
    const dimensions = await app.get(Competencies).dimensions(tx);
    const idOf = new Map(dimensions.map((d) => [d.code, d.id]));
    const top = Math.max(...levels.values());
    const list: PastRating[] = [];

    for (const p of demo.people) {
      const rater = demo.byNumber.get(mentorOf.get(p.number) ?? '') ?? demo.byNumber.get(p.manager ?? '');
      const source = mentorOf.has(p.number) ? 'mentor' : 'manager';
      const at = (daysAgo: number, minutes: number): Date =>
        new Date(demo.now.getTime() - daysAgo * DAY + minutes * 60_000);
      const story = file.stories.find((s) => s.person === p.number);
      if (story && rater) {
        for (const [code, r] of Object.entries(story.ratings)) {
          const dimensionId = idOf.get(code) as string;
          const last = story.rounds.length - 1;
          story.rounds.forEach((daysAgo, i) => {
            const own = r.self[i];
            const given = r.assessed[i];
            const base = { personId: p.id, dimensionId };
            if (own)
              list.push({
                ...base,
                level: own,
                source: 'self',
                ratedBy: p.id,
                ratedAt: at(daysAgo, -90),
                note: i === last ? (r.note.self ?? null) : null,
              });
            if (given)
              list.push({
                ...base,
                level: given,
                source,
                ratedBy: rater.id,
                ratedAt: at(daysAgo, 0),
                note: i === last ? (r.note.assessed ?? null) : null,
              });
          });
        }
        continue;
      }
      const asked = requires.get(p.role) ?? {};
      const rounds = file.rounds.filter((daysAgo) => daysAgo < p.hiredDaysAgo - 10);
      const able = p.tags.includes('mentor') ? 1 : 0;
      for (const [code, level] of Object.entries(asked)) {
        const required = levels.get(level) ?? 1;
        // Where the person ends up: mentors at or above what is asked, others around it, newcomers below.
        const end = Math.max(
          1,
          Math.min(top, required + able - (able ? 0 : random() < 0.35 ? 1 : 0) - (p.hiredDaysAgo < 120 ? 1 : 0)),
        );
        rounds.forEach((daysAgo, i) => {
          const given = Math.max(1, end - Math.floor((rounds.length - 1 - i) / 2));
          const own = Math.max(1, Math.min(top, given + (random() < 0.3 ? 1 : random() < 0.12 ? -1 : 0)));
          const base = { personId: p.id, dimensionId: idOf.get(code) as string };
          const days = Math.max(1, daysAgo - Math.floor(random() * 8));
          const noted = random() < 0.15;
          list.push({
            ...base,
            level: own,
            source: 'self',
            ratedBy: p.id,
            ratedAt: at(days, -90),
            note: noted ? pick(file.notes.self) : null,
          });
          if (rater && (i < rounds.length - 1 || random() < 0.8))
            list.push({
              ...base,
              level: given,
              source,
              ratedBy: rater.id,
              ratedAt: at(days, 0),
              note: noted ? pick(file.notes.assessed) : null,
            });
        });
      }
    }
    list.sort((a, b) => a.ratedAt.getTime() - b.ratedAt.getTime());
    await app.get(CompetencyRatings).addPast(tx, list);

    for (const r of file.revised) {
      const d = dimensions.find((x) => x.code === r.dimension);
      if (d)
        await app.get(CompetencyEditor).save(tx, lead.id, { ...d, description: r.description, senseChanged: false });
    }
    for (const u of file.upcoming) {
      const level = levels.get(u.level) ?? 1;
      const saw = levels.get(requires.get(u.job_role)?.[u.dimension] ?? '') ?? null;
      await app.get(RoleRequirements).set(
        tx,
        lead.id,
        [
          {
            jobRoleId: demo.roleIds.get(u.job_role) as string,
            dimensionId: idOf.get(u.dimension) as string,
            level,
            saw,
          },
        ],
        addDays(demo.today, u.in_days),
      );
    }
  });
}
