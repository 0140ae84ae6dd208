import { expect, it } from 'vitest';
import { seesTopics, TALENT_PARTS, talentParts, type Standing } from './talent-file.js';

const parts = (...s: Standing[]) => talentParts(new Set(s));

it('opens the parts that the standing allows, and nothing to a stranger', () => {
  expect(parts()).toEqual([]);
  expect(parts('self')).toEqual([...TALENT_PARTS]);
  expect(parts('staff')).toEqual([...TALENT_PARTS]);
  expect(parts('manager')).toEqual(['maps', 'results', 'certificates']);
  expect(parts('mentor')).toEqual(['skills', 'maps', 'milestones', 'results']);
});

it('adds up when somebody is both mentor and manager', () => {
  expect(parts('mentor', 'manager')).toEqual(['skills', 'maps', 'milestones', 'results', 'certificates']);
});

it('keeps topics from a manager who is nothing else', () => {
  expect(seesTopics(new Set(['manager']))).toBe(false);
  expect(seesTopics(new Set(['manager', 'mentor']))).toBe(true);
});
