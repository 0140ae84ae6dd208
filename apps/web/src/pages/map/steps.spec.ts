import { KINDS_WITH_ROOM } from '@waymark/learning/rules';
import { beforeAll, expect, it } from 'vitest';
import { loadAreas, setLocale } from '../../app/i18n.js';
import { DOABLE, rowWords, stationNotes } from './steps.js';

beforeAll(async () => {
  await loadAreas(['learner']);
  await setLocale('zh-CN');
});

it('knows the kinds that can be done as the rules do', () => expect(DOABLE).toEqual(KINDS_WITH_ROOM));

it('says of a kind that has no room yet that it is not done here, not that it is locked or due', () => {
  const welcomeDay = { kind: 'class-session', state: 'locked', dueOn: '2026-10-22', unitsDone: 0, unitsOf: 0 } as const;
  expect(rowWords(welcomeDay)).toEqual({ text: '还不能在这里做', tone: 'plain' });
  expect(stationNotes(welcomeDay)).toEqual(['还不能在这里做']);
  expect(stationNotes({ ...welcomeDay, kind: 'course' })).toEqual(['未开放']);
});
