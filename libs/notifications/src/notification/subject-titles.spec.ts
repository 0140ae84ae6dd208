import { AssessmentModule } from '@waymark/assessment';
import { CatalogModule } from '@waymark/catalog';
import { IdentityModule } from '@waymark/identity';
import { newId } from '@waymark/kernel';
import { LearningModule } from '@waymark/learning';
import { rows, SubjectTitles } from '@waymark/platform';
import { RewardsModule } from '@waymark/rewards';
import {
  createTestServer,
  enrolOn,
  makeAssessment,
  makeCourse,
  makeMap,
  makePerson,
  makeQuestions,
  mapNode,
  type TestServer,
} from '@waymark/testing';
import { makeReward } from '@waymark/testing/rewards';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NotificationsModule } from '../notifications.module.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({
    modules: [IdentityModule, AssessmentModule, CatalogModule, LearningModule, RewardsModule, NotificationsModule],
    now: '2026-03-04T02:00:00Z',
  });
});
afterAll(() => server.close());

it('every subject that news and points name has a title, and one that is gone has none', async () => {
  await makeQuestions(server, [{ code: 'q-title' }]);
  const course = await makeCourse(server);
  const exam = await makeAssessment(server, { kind: 'exam', fixed: ['q-title'] });
  const map = await makeMap(server, [
    mapNode('read', { kind: 'reading' }),
    mapNode('apply', { kind: 'reading', stage: 'practise', dueDay: 50 }),
  ]);
  const enrolment = await enrolOn(server, map.mapId, await makePerson(server), '2026-03-01');
  const known = await server.db.read((tx) =>
    rows<{ type: string; id: string }>(
      tx,
      `select 'lesson' as type, id from lesson union all select 'course-level', id from course_level
       union all select 'map-node', id from map_node union all select 'map-stage', id from map_stage
       union all select 'badge', id from badge`,
    ),
  );
  const subjects = [
    ...known,
    { type: 'course', id: course.id },
    { type: 'exam', id: exam.id },
    { type: 'learning-map', id: map.mapId },
    { type: 'map-version', id: map.versionId },
    { type: 'enrolment', id: enrolment },
    { type: 'reward', id: await makeReward(server) },
  ];
  const gone = subjects.map((s) => ({ type: s.type, id: newId() }));
  const titles = await server.db.read((tx) => server.get(SubjectTitles).load(tx, [...subjects, ...gone], 'en'));
  expect(new Set(subjects.map((s) => s.type)).size).toBeGreaterThanOrEqual(9);
  for (const s of subjects) expect(titles.get(`${s.type}:${s.id}`), s.type).toMatch(/\w/);
  expect(titles.size).toBe(subjects.length);
});
