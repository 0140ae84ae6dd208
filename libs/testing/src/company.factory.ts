import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CourseLoader } from '@waymark/catalog';
import {
  Activities,
  IdentityReference,
  JobFamilies,
  PeopleImports,
  Persons,
  SignIn,
  Supervisions,
} from '@waymark/identity';
import { addDays, localDayOf, newId, newRandomId, type LocalDay } from '@waymark/kernel';
import { LearningMaps } from '@waymark/learning';
import { PerformanceImports } from '@waymark/mentoring';
import type { MapDraft } from '@waymark/learning/rules';
import { execute, one, rows, SESSION_COOKIE, SESSION_RESOLVER, type SessionResolver } from '@waymark/platform';
import { RewardsLoader } from '@waymark/rewards';
import { makeQuestions } from './assessment.factory.js';
import { courseSeed, makeAudience } from './catalog.factory.js';
import { grantRole, makeJobRole, makeOrgUnit, makePerson } from './identity.factory.js';
import { enrolOn, mapDraft, mapNode, wordsEvidence } from './learning.factory.js';
import { givePoints, makeReward } from './rewards.factory.js';
import type { TestServer } from './server.js';

const MEDIA = fileURLToPath(new URL('../../../seeds/demo/media/', import.meta.url));

/** Words that stand in one place of the small company each, so that an answer shows whether it gave the place away. */
export const MARKS = {
  explanation: 'explanation-of-the-secure-question',
  accepted: 'accepted-words-of-the-secure-question',
  practiceExplanation: 'explanation-of-the-practice-question',
  answer: 'short-answer-of-the-learner',
  evidence: 'evidence-of-the-learner',
  notes: 'notes-of-the-meeting',
  mentorNote: 'private-note-of-the-mentor',
  learnerNote: 'private-note-of-the-learner',
  card: 'card-of-the-learner',
  order: 'words-with-the-order',
  rating: 'words-with-the-rating',
  email: 'learner-mail@example.test',
  mobile: '+8613900001111',
  courseDraft: 'draft-of-a-course',
  mapDraft: 'draft-of-a-map',
  questionDraft: 'draft-of-a-question',
  examDraft: 'draft-of-an-exam',
  erased: '何消失',
  aliased: '白隐名',
  feedback: 'feedback-about-the-mentor',
  summary: 'summary-of-the-learner',
  behaviour: 'behaviour-of-the-learner',
  thanks: 'thanks-to-the-mentor',
} as const;
export type Mark = keyof typeof MARKS;

export interface SmallCompany {
  learner: string;
  colleague: string;
  mentor: string;
  otherMentor: string;
  /** Acts for the mentor in these days. */
  standIn: string;
  manager: string;
  lead: string;
  leadElsewhere: string;
  author: string;
  admin: string;
  /** Was a mentor, left, and is erased. */
  erased: string;
  /** Has opted out of boards with an alias. */
  aliased: string;
  /** Left, not erased yet. */
  leaver: string;
  today: LocalDay;
  /** Everything else that an argument can name. */
  ids: Record<string, string>;
  revisions: Record<string, number>;
  /** A valid draft of the map. */
  mapDocument: MapDraft;
}

const reference = (name: string): Promise<string> =>
  readFile(new URL(`../../../seeds/reference/${name}.yaml`, import.meta.url), 'utf8');

/** A picture of one dot. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
export const PASSWORD = 'correct horse battery 1';

/**
 * One learner with everything a learner can have, and everybody who may or may not see it. Made through the services
 * and the API that people use.
 */
export async function makeSmallCompany(server: TestServer): Promise<SmallCompany> {
  const today = localDayOf(server.clock.now(), 'Asia/Shanghai');
  const ids: Record<string, string> = {};
  const must = async <T>(as: string | null, query: string, variables: Record<string, unknown> = {}): Promise<T> => {
    const answer = await server.gql<T>(as, query, variables);
    if (!answer.data || answer.errors) throw new Error(`${query}: ${JSON.stringify(answer.errors)}`);
    return answer.data;
  };

  const companyUnit = await makeOrgUnit(server, { kind: 'company' });
  const here = await makeOrgUnit(server, { kind: 'region', parentId: companyUnit });
  const elsewhere = await makeOrgUnit(server, { kind: 'region', parentId: companyUnit });
  const team = await makeOrgUnit(server, { kind: 'team', parentId: here });
  Object.assign(ids, { orgUnitId: team, elsewhere });

  const at = (orgUnitId: string, name: string, more: object = {}) =>
    makePerson(server, { orgUnitId, name, locale: 'en', zone: 'Asia/Shanghai', ...more });
  const manager = await at(here, '马经理');
  const learner = await at(team, '林学习', {
    employeeNumber: 'SC-LEARNER',
    managerId: manager,
    email: MARKS.email,
    mobile: MARKS.mobile,
  });
  const colleague = await at(team, '陈同事', { managerId: manager });
  const aliased = await at(team, MARKS.aliased, { managerId: manager });
  const mentor = await at(here, '孟导师');
  const otherMentor = await at(here, '柯导师');
  const standIn = await at(here, '戴导师');
  const leaver = await at(team, '李离职', { employeeNumber: 'SC-LEAVER' });
  const erased = await at(here, MARKS.erased, { employeeNumber: 'SC-ERASED', email: 'erased@example.test' });
  const lead = await at(companyUnit, '吴主管', { employeeNumber: 'SC-LEAD' });
  const leadElsewhere = await at(elsewhere, '郑远方');
  const author = await at(companyUnit, '朱作者');
  const admin = await at(companyUnit, '安管理', { employeeNumber: 'SC-ADMIN' });
  await grantRole(server, lead, 'ld-lead');
  await grantRole(server, leadElsewhere, 'ld-lead', elsewhere);
  ids['grant'] = await grantRole(server, author, 'author');
  await grantRole(server, admin, 'admin');
  for (const person of [learner, lead, admin])
    await server.db.transaction((tx) => server.get(SignIn).setPassword(tx, person, PASSWORD));
  await must(aliased, `mutation($i: MyProfileInput!) { updateMyProfile(input: $i) { id } }`, {
    i: { alias: 'Owl', boardOptOut: true },
  });

  // Questions, a quiz and two exams: one graded, one waiting for a grader, the quiz open.
  const questions = await makeQuestions(server, [
    { code: 'sc-secure', use: 'secure', explanation: MARKS.explanation, tags: ['product'] },
    {
      code: 'sc-short',
      type: 'short',
      right: [MARKS.accepted],
      use: 'secure',
      explanation: MARKS.explanation,
      tags: ['process'],
    },
    { code: 'sc-practice', explanation: MARKS.practiceExplanation, tags: ['product'] },
    { code: 'sc-free', tags: ['product'] },
    { code: 'sc-checkpoint', explanation: MARKS.practiceExplanation, tags: ['product'] },
  ]);
  ids['question'] = questions.get('sc-secure') as string;
  ids['practiceQuestion'] = questions.get('sc-practice') as string;
  ids['freeQuestion'] = questions.get('sc-free') as string;
  ids['bank'] = (
    await server.db.read((tx) =>
      one<{ id: string }>(tx, `select bank_id as id from question where id = $1`, [ids['question']]),
    )
  ).id;
  const choice = (key: string, correct: boolean) => ({ key, correct, text: { en: `choice ${key}` } });
  const draft = await must<{ createQuestion: { id: string } }>(
    author,
    `mutation($b: ID!, $q: QuestionInput!) { createQuestion(bankId: $b, question: $q) { id } }`,
    {
      b: ids['bank'],
      q: {
        type: 'single',
        use: 'practice',
        tags: ['product'],
        difficulty: 2,
        points: 1,
        stem: { en: MARKS.questionDraft },
        choices: [choice('a', true), choice('b', false)],
      },
    },
  );
  ids['questionDraft'] = draft.createQuestion.id;
  const exam = async (code: string, kind: 'exam' | 'quiz', question: string, title: string, publish = true) => {
    const made = await must<{ createAssessment: { id: string; revision: number } }>(
      lead,
      `mutation($c: String!, $k: AssessmentKind!, $a: AssessmentInput!) { createAssessment(code: $c, kind: $k, assessment: $a) { id revision } }`,
      {
        c: code,
        k: kind,
        a: {
          title: { en: title },
          passMark: 80,
          feedback: kind === 'quiz' ? 'full' : 'score',
          durationSeconds: kind === 'exam' ? 3600 : null,
          gradeShortAnswers: kind === 'exam',
          fixed: [{ questionId: questions.get(question) }],
        },
      },
    );
    const { id, revision } = made.createAssessment;
    if (publish)
      await must(lead, `mutation($id: ID!, $r: Int!) { publishAssessment(id: $id, revision: $r) { id } }`, {
        id,
        r: revision,
      });
    return id;
  };
  ids['exam'] = await exam('sc-exam', 'exam', 'sc-secure', 'Graded exam');
  ids['examVersion'] = (
    await server.db.read((tx) =>
      one<{ id: string }>(tx, `select current_version_id as id from assessment where id = $1`, [ids['exam']]),
    )
  ).id;
  ids['pendingExam'] = await exam('sc-pending', 'exam', 'sc-short', 'Exam with a grader');
  ids['openExam'] = await exam('sc-open', 'exam', 'sc-secure', 'Open exam');
  const certification = await must<{ saveCertification: { id: string } }>(
    lead,
    `mutation($i: CertificationInput!) { saveCertification(input: $i) { id } }`,
    {
      i: {
        code: 'sc-certification',
        title: { en: 'Certification' },
        summary: { en: '' },
        issuer: { en: '' },
        numberPattern: 'SC-{seq}',
        requirements: [{ kind: 'exam', code: 'sc-exam' }],
        renewalRequirements: [],
      },
    },
  );
  ids['certification'] = certification.saveCertification.id;
  ids['quiz'] = await exam('sc-quiz', 'quiz', 'sc-practice', 'Quiz');
  ids['examDraft'] = await exam('sc-draft', 'exam', 'sc-secure', MARKS.examDraft, false);

  // A course for the team, one nobody sees yet.
  const audience = await makeAudience(server, [learner, colleague]);
  ids['audience'] = (
    await server.db.read((tx) => one<{ id: string }>(tx, `select id from audience where code = $1`, [audience]))
  ).id;
  await server.get(CourseLoader).load(
    [
      courseSeed({
        code: 'sc-course',
        audience,
        levels: [
          { lessons: ['a', { key: 'film', kind: 'acknowledge' }], questions: ['sc-checkpoint'] },
          { lessons: ['c'] },
        ],
      }),
      courseSeed({
        code: 'sc-film',
        audience,
        levels: [
          {
            lessons: [
              {
                key: 'film',
                kind: 'video',
                path: `${MEDIA}product-tour.mp4`,
                captionPaths: { en: `${MEDIA}product-tour.en.vtt` },
              },
            ],
          },
        ],
      }),
      courseSeed({ code: 'sc-hidden' }),
    ],
    null,
  );
  ids['course'] = (
    await server.db.read((tx) => one<{ id: string }>(tx, `select id from course where code = 'sc-course'`))
  ).id;
  for (const [name, kind] of [
    ['film', 'video'],
    ['captions', 'captions'],
  ] as const) {
    ids[name] = (
      await server.db.read((tx) =>
        one<{ id: string }>(
          tx,
          `select f.id from file f join course c on c.id = f.owner_id where c.code = 'sc-film' and f.kind = $1`,
          [kind],
        ),
      )
    ).id;
  }
  const draftCourse = await must<{ createCourse: { id: string } }>(
    author,
    `mutation($t: TextInput!) { createCourse(code: "sc-course-draft", module: "basics", title: $t) { id } }`,
    { t: { en: MARKS.courseDraft } },
  );
  ids['courseDraft'] = draftCourse.createCourse.id;

  // The map, and the learner and the colleague on it.
  const maps = server.get(LearningMaps);
  const day = addDays(today, -20);
  ids['map'] = await maps.create(null, {
    code: 'sc-map',
    title: { en: 'Map' },
    document: mapDraft([
      mapNode('letter'),
      mapNode('read-me'),
      mapNode('course', { kind: 'course', targetCode: 'sc-course' }),
      mapNode('exam', { kind: 'exam', targetCode: 'sc-exam' }),
      mapNode('pending', { kind: 'exam', targetCode: 'sc-pending' }),
      mapNode('open', { kind: 'exam', targetCode: 'sc-open' }),
      mapNode('quiz', { kind: 'quiz', targetCode: 'sc-quiz' }),
      mapNode('old', { kind: 'milestone', evidence: wordsEvidence }),
      mapNode('handed-in', { kind: 'milestone', evidence: wordsEvidence }),
      mapNode('begun', { kind: 'milestone', evidence: wordsEvidence }),
      mapNode('later', { stage: 'practise', dueDay: 40 }),
    ]),
  });
  ids['version'] = await maps.publish(null, ids['map'], { revision: 1, summary: 'first', move: 'none' });
  const { startMapDraft } = await must<{ startMapDraft: { revision: number } }>(
    author,
    `mutation($m: ID!) { startMapDraft(mapId: $m) { revision } }`,
    { m: ids['map'] },
  );
  const document = mapDraft([mapNode('letter'), mapNode('new', { title: { en: MARKS.mapDraft } })]);
  await maps.saveDraft(author, ids['map'], startMapDraft.revision, document);
  ids['enrolment'] = await enrolOn(server, ids['map'], learner, day);
  ids['otherEnrolment'] = await enrolOn(server, ids['map'], colleague, day);
  const moved = await must<{ moveEnrolments: { id: string } }>(
    lead,
    `mutation($m: ID!, $v: ID!) { moveEnrolments(mapId: $m, versionId: $v) { id } }`,
    { m: ids['map'], v: ids['version'] },
  );
  ids['mapMove'] = moved.moveEnrolments.id;
  const away = await must<{ recordLeave: { id: string }[] }>(
    lead,
    `mutation($p: ID!) { recordLeave(input: { personId: $p, fromDay: "2028-05-01", toDay: "2028-05-09", note: "away" }) { id } }`,
    { p: learner },
  );
  ids['leave'] = away.recordLeave[0]?.id as string;
  for (const node of await server.db.read((tx) =>
    rows<{ key: string; id: string }>(tx, `select key, id from map_node where version_id = $1`, [ids['version']]),
  ))
    ids[`node:${node.key}`] = node.id;

  // Mentoring: a former mentor signed something and is erased later; the mentor of today, with notes.
  const pair = (mentorId: string, learnerId: string, startDay: LocalDay, endDay: LocalDay | null = null) =>
    must<{ startPairing: { id: string } }>(lead, `mutation($i: PairingInput!) { startPairing(input: $i) { id } }`, {
      i: { mentorId, learnerId, startDay, endDay, weekday: 4, startMinute: 900 },
    }).then((d) => d.startPairing.id);
  const former = await pair(erased, learner, day);
  const milestone = `enrolmentId: "${ids['enrolment']}", nodeId:`;
  const handIn = async (node: string): Promise<string> => {
    const where = `${milestone} "${ids[`node:${node}`]}"`;
    await must(learner, `mutation($t: String!) { saveMilestone(${where}, text: $t) { nodeId } }`, {
      t: MARKS.evidence,
    });
    return (
      await must<{ submitMilestone: { current: { id: string } } }>(
        learner,
        `mutation { submitMilestone(${where}) { current { id } } }`,
      )
    ).submitMilestone.current.id;
  };
  const oldSubmission = await handIn('old');
  await must(erased, `mutation($id: ID!) { signMilestone(submissionId: $id) { id } }`, { id: oldSubmission });
  await must(lead, `mutation($id: ID!, $d: LocalDay) { endPairing(id: $id, lastDay: $d) { id } }`, {
    id: former,
    d: addDays(today, -7),
  });
  // Near its end, so that both can sum up.
  ids['pairing'] = await pair(mentor, learner, addDays(today, -6), addDays(today, 10));
  ids['otherPairing'] = await pair(otherMentor, colleague, addDays(today, -6));
  ids['submission'] = await handIn('handed-in');
  await must(
    learner,
    `mutation($e: MilestoneEvidenceInput!) { addMilestoneEvidence(${milestone} "${ids['node:begun']}", evidence: $e) { nodeId } }`,
    { e: { kind: 'link', title: MARKS.evidence, url: 'https://example.test/evidence' } },
  );
  ids['evidence'] = (
    await server.db.read((tx) =>
      one<{ id: string }>(
        tx,
        `select v.id from milestone_evidence v join milestone_submission s on s.id = v.submission_id where s.person_id = $1`,
        [learner],
      ),
    )
  ).id;
  // Two files of the learner: one is evidence, one was uploaded and is not attached yet.
  for (const name of ['file', 'stagedFile']) {
    const uploaded = await server.app.inject({
      method: 'POST',
      url: '/api/files?owner=evidence',
      cookies: { [SESSION_COOKIE]: `test.${learner}` },
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      payload: Buffer.concat([
        Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="dot.png"\r\n\r\n'),
        DOT,
        Buffer.from('\r\n--b--\r\n'),
      ]),
    });
    if (uploaded.statusCode !== 200) throw new Error(`upload: ${uploaded.body}`);
    ids[name] = uploaded.json<{ id: string }>().id;
  }
  await must(
    learner,
    `mutation($e: MilestoneEvidenceInput!) { addMilestoneEvidence(${milestone} "${ids['node:begun']}", evidence: $e) { nodeId } }`,
    { e: { kind: 'file', fileId: ids['file'] } },
  );
  const { createCalendarFeed } = await must<{ createCalendarFeed: string }>(learner, `mutation { createCalendarFeed }`);
  ids['calendar'] = new URL(createCalendarFeed).pathname;
  ids['meeting'] = newRandomId();
  const logged = await must<{ logMeeting: { actions: { id: string }[] } }>(
    mentor,
    `mutation($i: LogMeetingInput!) { logMeeting(input: $i) { actions { id } } }`,
    {
      i: {
        id: ids['meeting'],
        pairingId: ids['pairing'],
        day: today,
        state: 'held',
        notes: MARKS.notes,
        privateNote: MARKS.mentorNote,
        actions: [{ text: MARKS.notes, owner: 'learner' }],
      },
    },
  );
  ids['action'] = logged.logMeeting.actions[0]?.id as string;
  await must(learner, `mutation($m: ID!, $t: String!) { savePrivateNote(meetingId: $m, text: $t) { id } }`, {
    m: ids['meeting'],
    t: MARKS.learnerNote,
  });

  ids['agendaItem'] = await mentoringInDepth(must, {
    ids,
    today,
    learner,
    lead,
    mentor,
    otherMentor,
    unpaired: [aliased, author],
    runJobs: () => server.runJobs(),
  });
  const { startDottedLine } = await must<{ startDottedLine: { positions: { id: string; kind: string }[] } }>(
    lead,
    `mutation($i: DottedLineInput!) { startDottedLine(input: $i) { positions { id kind } } }`,
    { i: { personId: learner, managerId: mentor, fromDay: today } },
  );
  ids['dottedLine'] = startDottedLine.positions.find((p) => p.kind === 'dotted')?.id as string;
  ids['performanceImport'] = await server.db
    .read(async () => server.get<SessionResolver>(SESSION_RESOLVER).viewerFor(lead))
    .then((viewer) =>
      server.get(PerformanceImports).upload(viewer, '2026', Buffer.from('工号,绩效\nSC-LEARNER,90\nSC-LEAVER,x\n')),
    );

  // Attempts.
  const attempt = async (code: string, answer: object | null, submit: boolean): Promise<string> => {
    const { startAttempt } = await must<{ startAttempt: { id: string } }>(
      learner,
      `mutation($i: StartAttemptInput!) { startAttempt(input: $i) { id } }`,
      { i: { assessmentCode: code, deviceId: 'device-one' } },
    );
    const input = {
      attemptId: startAttempt.id,
      deviceId: 'device-one',
      answers: answer ? [{ saveId: newRandomId(), item: 1, seq: 1, ...answer }] : [],
    };
    if (answer)
      await must(learner, `mutation($i: SaveAnswersInput!) { saveAnswers(input: $i) { lastSeq } }`, { i: input });
    if (submit)
      await must(learner, `mutation($i: SubmitAttemptInput!) { submitAttempt(input: $i) { state } }`, {
        i: { ...input, answers: [] },
      });
    return startAttempt.id;
  };
  ids['attempt'] = await attempt('sc-exam', { choices: ['a'] }, true);
  ids['questionImport'] = newId();
  ids['analysis'] = newId();
  await server.db.transaction((tx) =>
    execute(
      tx,
      `insert into assessment_analysis (id, version_id, kind, requested_at) values ($1, $2, 'calibration', now())`,
      [ids['analysis'], ids['examVersion']],
    ),
  );
  await server.db.transaction((tx) =>
    execute(
      tx,
      `insert into question_import (id, bank_id, created_by, file_name, locale, format, encoding, content, counts, created_at)
       values ($1, $2, $3, 'questions.txt', 'en', 'gift', 'utf-8', 'Q {T}', '{"added": 1}', now())`,
      [ids['questionImport'], ids['bank'], lead],
    ),
  );
  ids['correction'] = newId();
  ids['regrade'] = newId();
  await server.db.transaction(async (tx) => {
    await execute(
      tx,
      `insert into question_correction (id, seq, question_version_id, number, key_before, key_after, reason, corrected_at)
       select $1, 1, v.id, 1, '{"choices": ["z"]}', v.answer_key, 'Wrong key', now()
       from question q join question_version v on v.id = q.current_version_id where q.code = 'sc-secure'`,
      [ids['correction']],
    );
    await execute(
      tx,
      `insert into regrade (id, correction_id, policy, state, asked_at, pulsed_at, finished_at) values ($1, $2, 'full', 'done', now(), now(), now())`,
      [ids['regrade'], ids['correction']],
    );
  });
  ids['pendingAttempt'] = await attempt('sc-pending', { text: MARKS.answer }, true);
  ids['openAttempt'] = await attempt('sc-open', { choices: ['b'] }, false);
  ids['quizAttempt'] = await attempt('sc-quiz', { choices: ['b'] }, true);

  await server.drainOutbox();
  ids['certificate'] = (
    await server.db.read((tx) => one<{ id: string }>(tx, `select id from certificate where person_id = $1`, [learner]))
  ).id;

  // Review cards, points, an order, news.
  const card = await must<{ writeCard: { id: string } }>(
    learner,
    `mutation($i: OwnCardInput!) { writeCard(input: $i) { id } }`,
    { i: { front: MARKS.card, back: MARKS.card } },
  );
  ids['card'] = card.writeCard.id;
  for (const p of [learner, colleague, aliased]) await givePoints(server, p, 500);
  await server.db.transaction(async (tx) => {
    await server.get(RewardsLoader).loadReference(tx, { pointRules: await reference('point-rules') });
    for (const personId of [colleague, aliased])
      await server.get(Activities).record(tx, {
        verb: 'course.completed',
        personId,
        subjectType: 'course',
        subjectId: ids['course'] as string,
        result: { courseCode: 'sc-course' },
        creditedMinutes: 60,
      });
  });
  ids['reward'] = await makeReward(server, { approval: 'manager' });
  ids['dearReward'] = await makeReward(server, { price: 10_000 });
  const order = await must<{ redeemReward: { id: string } }>(
    learner,
    `mutation($r: ID!, $k: ID!, $n: String) { redeemReward(rewardId: $r, requestKey: $k, note: $n) { id } }`,
    { r: ids['reward'], k: newId(), n: MARKS.order },
  );
  ids['order'] = order.redeemReward.id;
  ids['transaction'] = (
    await server.db.read((tx) =>
      one<{ id: string }>(
        tx,
        `select t.id from ledger_transaction t where t.person_id = $1 and t.kind = 'grant' limit 1`,
        [learner],
      ),
    )
  ).id;
  const everyone = (
    await server.db.read((tx) => one<{ id: string }>(tx, `select id from audience where code = 'everyone'`))
  ).id;
  ids['everyone'] = everyone;
  const announcement = await must<{ saveAnnouncement: { id: string } }>(
    lead,
    `mutation($i: AnnouncementInput!) { saveAnnouncement(input: $i) { id } }`,
    { i: { audienceId: everyone, title: { en: 'News' }, body: { en: 'All of it' } } },
  );
  ids['announcement'] = announcement.saveAnnouncement.id;
  const assignment = await must<{ createAssignment: { id: string } }>(
    lead,
    `mutation($i: AssignmentInput!) { createAssignment(input: $i) { id } }`,
    { i: { audienceId: ids['audience'], targetKind: 'course', targetCode: 'sc-course', dueDays: 10 } },
  );
  ids['assignment'] = assignment.createAssignment.id;
  const cohort = await must<{ saveCohort: { id: string } }>(
    lead,
    `mutation($i: CohortInput!) { saveCohort(input: $i) { id } }`,
    { i: { code: 'sc-cohort', name: { en: 'Cohort' } } },
  );
  ids['cohort'] = cohort.saveCohort.id;
  const tag = await must<{ saveTag: { id: string } }>(lead, `mutation($i: TagInput!) { saveTag(input: $i) { id } }`, {
    i: { code: 'sc-tag', name: { en: 'Tag' } },
  });
  ids['tag'] = tag.saveTag.id;
  ids['supervision'] = await server.db.transaction((tx) =>
    server.get(Supervisions).start(tx, { supervisorId: otherMentor, personId: colleague, kind: 'delegate' }),
  );
  await server.db.transaction((tx) =>
    server
      .get(Supervisions)
      .startStandIns(tx, [
        { supervisorId: standIn, personId: learner, inPlaceOf: mentor, fromDay: today, toDay: addDays(today, 7) },
      ]),
  );
  ids['import'] = await server.db
    .read(async () => server.get<SessionResolver>(SESSION_RESOLVER).viewerFor(lead))
    .then((viewer) => server.get(PeopleImports).upload(viewer, 'people.csv', Buffer.from('工号,姓名\nSC-NEW,新人\n')));
  await must(null, `mutation($i: SignInInput!) { signIn(input: $i) { id } }`, {
    i: { identifier: 'SC-LEARNER', password: PASSWORD },
  });
  ids['session'] = (
    await server.db.read((tx) =>
      one<{ id: string }>(tx, `select id from sign_in_session where person_id = $1`, [learner]),
    )
  ).id;
  await server.db.transaction(async (tx) =>
    server.get(IdentityReference).loadIdentityReference(tx, {
      competencyModel: await reference('competency-model'),
    }),
  );
  const { competencyModel } = await must<{ competencyModel: { dimensions: { id: string }[] } }>(
    learner,
    `{ competencyModel { dimensions { id } } }`,
  );
  ids['dimension'] = competencyModel.dimensions[0]?.id as string;
  await must(mentor, `mutation($i: RatingInput!) { rateCompetency(input: $i) { rateAs } }`, {
    i: { personId: learner, dimensionId: ids['dimension'], level: 2, note: MARKS.rating },
  });
  ids['jobRole'] = await makeJobRole(server, 'sc-role');
  ids['family'] = await server.db.transaction((tx) =>
    server.get(JobFamilies).save(tx, { code: 'sc-family', name: { en: 'Family' } }, null),
  );
  await server.drainOutbox();
  await server.runJobs();

  // Two people leave; one of them is erased.
  for (const personId of [leaver, erased])
    await must(lead, `mutation($p: ID!, $d: LocalDay!) { leavePerson(personId: $p, lastDay: $d) { id } }`, {
      p: personId,
      d: addDays(today, -1),
    });
  await server.db.transaction((tx) => server.get(Persons).erase(tx, erased, 'SC-ERASED', admin));
  await server.drainOutbox();
  const revisions: Record<string, number> = {};
  for (const [name, table] of [
    ['course', 'course'],
    ['courseDraft', 'course'],
    ['exam', 'assessment'],
    ['question', 'question'],
    ['freeQuestion', 'question'],
  ] as const) {
    const row = await server.db.read((tx) =>
      one<{ revision: number }>(tx, `select revision from ${table} where id = $1`, [ids[name]]),
    );
    revisions[name] = row.revision;
  }
  return {
    learner,
    colleague,
    mentor,
    otherMentor,
    standIn,
    manager,
    lead,
    leadElsewhere,
    author,
    admin,
    erased,
    aliased,
    leaver,
    today,
    ids,
    revisions,
    mapDocument: document,
  };
}

/** A matching with two proposals, an absence, a co-mentor, a plan, words at the end of the pairing. Returns an agenda item. */
async function mentoringInDepth(
  must: <T>(as: string | null, query: string, variables?: Record<string, unknown>) => Promise<T>,
  c: {
    ids: Record<string, string>;
    today: LocalDay;
    learner: string;
    lead: string;
    mentor: string;
    otherMentor: string;
    unpaired: string[];
    runJobs: () => Promise<unknown>;
  },
): Promise<string> {
  const { ids, learner, lead, mentor, otherMentor } = c;
  // Each has one mentee; so each gets one of the two who wait.
  for (const personId of [mentor, otherMentor])
    await must(lead, `mutation($i: MentorProfileInput!) { saveMentorProfile(input: $i) { id } }`, {
      i: { personId, capacity: personId === otherMentor ? 3 : 2, languages: ['en', 'zh-CN'] },
    });
  const { startMatching } = await must<{ startMatching: { id: string } }>(
    lead,
    `mutation($i: MatchInput!) { startMatching(input: $i) { id } }`,
    { i: { learnerIds: c.unpaired } },
  );
  await c.runJobs();
  const { matchRun } = await must<{ matchRun: { proposals: { id: string }[] } }>(
    lead,
    `query($id: ID!) { matchRun(id: $id) { proposals { id } } }`,
    { id: startMatching.id },
  );
  ids['matchRun'] = startMatching.id;
  [ids['proposal'], ids['otherProposal']] = matchRun.proposals.map((p) => p.id) as [string, string];
  const { addMentorAbsence } = await must<{ addMentorAbsence: { id: string } }>(
    mentor,
    `mutation($m: ID!, $f: LocalDay!, $t: LocalDay!) { addMentorAbsence(mentorId: $m, fromDay: $f, toDay: $t) { id } }`,
    { m: mentor, f: addDays(c.today, 100), t: addDays(c.today, 110) },
  );
  ids['absence'] = addMentorAbsence.id;
  await must(lead, `mutation($p: ID!, $m: ID!) { addCoMentor(pairingId: $p, personId: $m) { id } }`, {
    p: ids['otherPairing'],
    m: mentor,
  });
  const { startImprovementPlan } = await must<{ startImprovementPlan: { id: string } }>(
    mentor,
    `mutation($l: ID!, $w: [ImprovementWeekInput!]!) { startImprovementPlan(learnerId: $l, weeks: $w) { id } }`,
    { l: learner, w: [{ week: 1, behaviours: [MARKS.behaviour, 'sum up'] }] },
  );
  ids['plan'] = startImprovementPlan.id;
  const p = ids['pairing'];
  await must(
    learner,
    `mutation($p: ID!, $t: String!) { savePairingSummary(pairingId: $p, input: { goal: 4, reached: $t }) { goal } }`,
    { p, t: MARKS.summary },
  );
  await must(
    learner,
    `mutation($p: ID!, $t: String!) { savePairingFeedback(pairingId: $p, input: { prepared: 2, useful: 2, comment: $t }) { useful } }`,
    { p, t: MARKS.feedback },
  );
  await must(learner, `mutation($p: ID!, $t: String!) { thankMentor(pairingId: $p, text: $t) { id } }`, {
    p,
    t: MARKS.thanks,
  });
  const { saveAgendaWeek } = await must<{ saveAgendaWeek: { items: { id: string }[] } }>(
    lead,
    `mutation { saveAgendaWeek(week: 1, revision: 1, items: [{ text: { en: "Expectations" } }]) { items { id } } }`,
  );
  return saveAgendaWeek.items[0]?.id as string;
}
