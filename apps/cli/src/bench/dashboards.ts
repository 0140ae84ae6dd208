import type { Company } from './company.js';
import { client, milliseconds } from './measure.js';
import type { World } from './world.js';

const TURNS = 15;
const WARM = 4;

const CARD = `id name unit pictureUrl initial`;
const COUNTS = `id name onTrack atRisk overdue total`;
const DASHBOARD = `query D($filter: TraineeFilter) { learningDashboard(filter: $filter) {
  counts { onTrack atRisk overdue completed total } byUnit { ${COUNTS} } byCohort { ${COUNTS} } bySite { ${COUNTS} } byMentor { ${COUNTS} }
  stuckNodes { mapId nodeKey title kind people medianDays waitingSignOff } points { enrolmentId personId day percent light } } }`;
const TRAINEES = `query T($filter: TraineeFilter, $first: Int, $after: String) { trainees(filter: $filter, first: $first, after: $after) {
  edges { node { id personId person { ${CARD} } enrolmentId mapTitle mapCode startDay day days stage stageTitle done total overdue nextDueOn
    lastProgressOn light reasons { code count days } holdingNodeId holdingNode holdingState holdingDays mentor { ${CARD} } } }
  pageInfo { endCursor hasNextPage } totalCount } }`;
const PERSONS = `query P($filter: PersonFilter, $first: Int, $after: String) { persons(filter: $filter, first: $first, after: $after) {
  edges { node { id status employeeNumber name nameEn activated hireDate leftOn card { ${CARD} } orgUnit { id name } jobRole { id name }
    manager { id name } } } pageInfo { endCursor hasNextPage } totalCount } }`;
const SKILLS = `query S($filter: SkillFilterInput, $first: Int, $after: String) { skillTable(filter: $filter, first: $first, after: $after) {
  totalCount pageInfo { endCursor hasNextPage } edges { node { id required assessed self missing person { ${CARD} } jobRole { id name } } } } }`;
const SUMMARY = `query Y($filter: SkillFilterInput) { skillSummary(filter: $filter) { dimensionId required met unrated missing } }`;
const PAIRINGS = `query R($first: Int!) { troubled: pairings(filter: { troubled: true }, first: $first) { edges { node { id mentor { ${CARD} } learner { ${CARD} }
  side status startDay endDay held missed missedInARow lastMeeting { id day startsAt state } nextMeeting { id day startsAt state } } }
  pageInfo { endCursor hasNextPage } totalCount } active: pairings(filter: { status: "active" }, first: 1) { edges { node { id } } totalCount } }`;

/** What staff open, each as its page asks for it. */
const BOARDS: { name: string; query: string; variables: object; regional?: boolean }[] = [
  { name: 'dashboard', query: DASHBOARD, variables: { filter: {} } },
  { name: 'dashboard-region', query: DASHBOARD, variables: { filter: {} }, regional: true },
  { name: 'trainees', query: TRAINEES, variables: { filter: {}, first: 100 } },
  { name: 'trainees-overdue', query: TRAINEES, variables: { filter: { light: 'overdue' }, first: 50 } },
  { name: 'trainees-search', query: TRAINEES, variables: { filter: { search: 'wang' }, first: 50 } },
  { name: 'trainees-region', query: TRAINEES, variables: { filter: {}, first: 100 }, regional: true },
  { name: 'people', query: PERSONS, variables: { filter: { status: 'active' }, first: 50 } },
  { name: 'people-search', query: PERSONS, variables: { filter: { status: 'active', text: '王' }, first: 50 } },
  { name: 'people-region', query: PERSONS, variables: { filter: { status: 'active' }, first: 50 }, regional: true },
  { name: 'skills', query: SKILLS, variables: { filter: {}, first: 50 } },
  { name: 'skills-gaps', query: SKILLS, variables: { filter: { onlyGaps: true }, first: 50 } },
  { name: 'skills-region', query: SKILLS, variables: { filter: {}, first: 50 }, regional: true },
  { name: 'skill-summary', query: SUMMARY, variables: { filter: {} } },
  { name: 'pairings', query: PAIRINGS, variables: { first: 5 } },
];

export interface Boards {
  slowest: string;
  ms: number;
  /** Milliseconds of the middle answer, and of processors, Node's and PostgreSQL's, for one. */
  each: Record<string, [ms: number, node: number, postgres: number]>;
}

/** The middle of fifteen answers of each board, over the network, one after the other. */
export async function boards(
  world: World,
  company: Company,
  startCost: () => () => { node: number; postgres: number },
): Promise<Boards> {
  const http = client(world.url, 1);
  const each: Boards['each'] = {};
  for (const { name, query, variables, regional } of BOARDS) {
    const ask = async (): Promise<void> => {
      const reply = await http.post('/graphql', { query, variables }, regional ? company.regionalLead : company.lead);
      const answer = JSON.parse(reply.body) as { data?: object; errors?: { message: string }[] };
      if (answer.errors?.length || !answer.data) throw new Error(`${name}: ${reply.body.slice(0, 300)}`);
    };
    for (let i = 0; i < WARM; i += 1) await ask();
    const took: number[] = [];
    const cost = startCost();
    for (let i = 0; i < TURNS; i += 1) took.push(await milliseconds(ask));
    const { node, postgres } = cost();
    const per = (seconds: number): number => Math.round((seconds * 1000) / TURNS);
    each[name] = [Math.round(took.sort((a, b) => a - b)[Math.floor(TURNS / 2)] as number), per(node), per(postgres)];
  }
  http.close();
  const slowest = Object.keys(each).reduce((a, b) => ((each[b]?.[0] ?? 0) > (each[a]?.[0] ?? 0) ? b : a));
  return { slowest, ms: each[slowest]?.[0] ?? 0, each };
}
