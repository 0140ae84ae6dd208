/** How somebody stands to the person whose talent file it is. */
export type Standing = 'self' | 'mentor' | 'manager' | 'staff';

export const TALENT_PARTS = ['skills', 'maps', 'milestones', 'courses', 'results', 'certificates', 'pairings'] as const;
export type TalentPart = (typeof TALENT_PARTS)[number];

const SEES: Record<Standing, readonly TalentPart[]> = {
  self: TALENT_PARTS,
  staff: TALENT_PARTS,
  mentor: ['skills', 'maps', 'milestones', 'results'],
  manager: ['maps', 'results', 'certificates'],
};

/** The parts of a talent file somebody may see: all that any of their standings opens. Nothing without one. */
export function talentParts(standings: ReadonlySet<Standing>): TalentPart[] {
  return TALENT_PARTS.filter((part) => [...standings].some((s) => SEES[s].includes(part)));
}

/** Results per topic are for the person, the mentor and L&D; a manager sees final scores. */
export function seesTopics(standings: ReadonlySet<Standing>): boolean {
  return standings.has('self') || standings.has('mentor') || standings.has('staff');
}
