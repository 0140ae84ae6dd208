import { assign } from './assignment.js';

/** What counts how much, 0 to 10 each. */
export interface MatchWeights {
  skill: number;
  site: number;
  language: number;
  load: number;
}

export interface MatchLearner {
  id: string;
  /** Competencies to grow, with how many levels are missing. */
  needs: readonly { code: string; gap: number }[];
  managerIds: readonly string[];
  siteId: string | null;
  /** Minutes ahead of UTC. */
  offset: number;
  locale: string;
}

export interface MatchMentor {
  id: string;
  skills: readonly string[];
  siteId: string | null;
  offset: number;
  languages: readonly string[];
  capacity: number;
  /** Open pairings, and the locked or accepted ones of this matching that are not open yet. */
  taken: number;
  absent: boolean;
}

export type SiteFit = 'same-site' | 'same-zone' | 'near-zone' | 'far';
export type Block = 'self' | 'manager' | 'absent' | 'full' | 'rejected';

/** Why two people are proposed: each wish from 0 (not met) to 100 (met). */
export interface MatchReasons {
  skill: number;
  /** Needs of the learner that the mentor covers, and those that stay open; codes of competencies. */
  covered: string[];
  open: string[];
  site: number;
  siteFit: SiteFit;
  language: number;
  /** The language they share. */
  shared: string | null;
  load: number;
  /** Mentees before this one, of how many the mentor takes. */
  have: number;
  of: number;
}

export interface MatchPair {
  learnerId: string;
  mentorId: string;
  /** 0 to 100. */
  score: number;
  reasons: MatchReasons;
}

export interface Unmatched {
  learnerId: string;
  reason: 'no-mentors' | 'all-blocked' | 'no-places';
  /** How many mentors each hard rule excludes. */
  blocked: Partial<Record<Block, number>>;
}

const FITS: Record<SiteFit, number> = { 'same-site': 100, 'same-zone': 60, 'near-zone': 30, far: 0 };
const NEAR_MINUTES = 120;
/** Another script of one's language is understood, but not like one's own. */
const SAME_TONGUE = 70;
/** Without known needs every mentor fits as well as another. */
const NO_NEEDS = 50;

/** The hard rule that keeps the two apart; null when they may be paired. */
export function blockOf(learner: MatchLearner, mentor: MatchMentor, rejected: boolean): Block | null {
  if (learner.id === mentor.id) return 'self';
  if (learner.managerIds.includes(mentor.id)) return 'manager';
  if (mentor.absent) return 'absent';
  if (mentor.taken >= mentor.capacity) return 'full';
  return rejected ? 'rejected' : null;
}

function siteFit(learner: MatchLearner, mentor: MatchMentor): SiteFit {
  if (learner.siteId !== null && learner.siteId === mentor.siteId) return 'same-site';
  const apart = Math.abs(learner.offset - mentor.offset);
  return apart === 0 ? 'same-zone' : apart <= NEAR_MINUTES ? 'near-zone' : 'far';
}

function languageFit(learner: MatchLearner, mentor: MatchMentor): { fit: number; shared: string | null } {
  if (mentor.languages.includes(learner.locale)) return { fit: 100, shared: learner.locale };
  const tongue = learner.locale.split('-')[0] as string;
  const near = mentor.languages.find((l) => l.split('-')[0] === tongue);
  return near === undefined ? { fit: 0, shared: null } : { fit: SAME_TONGUE, shared: near };
}

/** How free the mentor is before the next mentee: 100 with none, 0 with all. */
export function loadFit(have: number, of: number): number {
  return of <= 0 ? 0 : Math.max(0, Math.round((100 * (of - have)) / of));
}

export function reasonsFor(learner: MatchLearner, mentor: MatchMentor, have: number): MatchReasons {
  const covered = learner.needs.filter((n) => mentor.skills.includes(n.code));
  const open = learner.needs.filter((n) => !mentor.skills.includes(n.code));
  const sum = (list: readonly { gap: number }[]): number => list.reduce((n, x) => n + x.gap, 0);
  const site = siteFit(learner, mentor);
  const language = languageFit(learner, mentor);
  return {
    skill: learner.needs.length === 0 ? NO_NEEDS : Math.round((100 * sum(covered)) / sum(learner.needs)),
    covered: covered.map((n) => n.code),
    open: open.map((n) => n.code),
    site: FITS[site],
    siteFit: site,
    language: language.fit,
    shared: language.shared,
    load: loadFit(have, mentor.capacity),
    have,
    of: mentor.capacity,
  };
}

/** Without the load, which depends on who else is given to the mentor. */
function wishes(r: MatchReasons, w: MatchWeights): number {
  return w.skill * r.skill + w.site * r.site + w.language * r.language;
}

const all = (w: MatchWeights): number => w.skill + w.site + w.language + w.load;

/** The wishes met, 0 to 100. */
export function scoreOf(r: MatchReasons, w: MatchWeights): number {
  return all(w) === 0 ? 0 : (wishes(r, w) + w.load * r.load) / all(w);
}

/**
 * Pairs as many learners as the hard rules and the mentors' places allow; among all such ways the one whose wishes,
 * weighted and summed, are met best.
 * @param rejected pairs that were turned down, as `learner mentor`
 */
export function match(
  learners: readonly MatchLearner[],
  mentors: readonly MatchMentor[],
  weights: MatchWeights,
  rejected: ReadonlySet<string> = new Set(),
): { pairs: MatchPair[]; unmatched: Unmatched[] } {
  const most = 100 * all(weights);
  const blocks = learners.map((l) => mentors.map((m) => blockOf(l, m, rejected.has(`${l.id} ${m.id}`))));
  const cost = learners.map((l, i) =>
    mentors.map((m, j) => (blocks[i]?.[j] ? null : most - wishes(reasonsFor(l, m, 0), weights))),
  );
  const columns = assign(
    cost,
    mentors.map((m) => (m.absent ? 0 : m.capacity - m.taken)),
    (j, n) => {
      const m = mentors[j] as MatchMentor;
      return -weights.load * loadFit(m.taken + n, m.capacity) + 100 * weights.load;
    },
  );
  const given = new Map<string, number>();
  const pairs: MatchPair[] = [];
  const unmatched: Unmatched[] = [];
  learners.forEach((learner, i) => {
    const column = columns[i];
    const mentor = column === null || column === undefined ? undefined : mentors[column];
    if (!mentor) {
      unmatched.push(whyUnmatched(learner, blocks[i] ?? []));
      return;
    }
    const before = given.get(mentor.id) ?? 0;
    given.set(mentor.id, before + 1);
    const reasons = reasonsFor(learner, mentor, mentor.taken + before);
    pairs.push({ learnerId: learner.id, mentorId: mentor.id, score: scoreOf(reasons, weights), reasons });
  });
  return { pairs, unmatched };
}

function whyUnmatched(learner: MatchLearner, blocks: readonly (Block | null)[]): Unmatched {
  const blocked: Partial<Record<Block, number>> = {};
  for (const b of blocks) if (b) blocked[b] = (blocked[b] ?? 0) + 1;
  const free = blocks.filter((b) => b === null).length;
  return {
    learnerId: learner.id,
    reason: blocks.length === 0 ? 'no-mentors' : free === 0 ? 'all-blocked' : 'no-places',
    blocked,
  };
}
