import { expect, it } from 'vitest';
import { careerProgress, type CareerEvidence } from './career-progress.js';

const evidence: CareerEvidence = {
  hireDate: '2024-03-02',
  today: '2026-03-02',
  courses: new Set(['a', 'b']),
  certifications: new Set(),
  levels: [1, 2, 2, 3],
  trainingMinutes: 20 * 60 - 1,
};
const step = {
  yearsFrom: 2,
  requirements: {
    courses: ['a', 'c'],
    certifications: ['x'],
    anyCompetency: { count: 3, level: 2 },
    trainingHours: 20,
  },
};

it('says for each requirement what is asked and what is there', () => {
  expect(careerProgress(step, evidence, false)).toEqual([
    { kind: 'tenure-months', level: null, required: 24, have: 24, met: true },
    { kind: 'courses', level: null, required: 2, have: 1, met: false },
    { kind: 'certifications', level: null, required: 1, have: 0, met: false },
    { kind: 'competency-level', level: 2, required: 3, have: 3, met: true },
    { kind: 'training-hours', level: null, required: 20, have: 19, met: false },
  ]);
});

it('the first step is open from the first day', () => {
  expect(careerProgress({ yearsFrom: 1, requirements: {} }, { ...evidence, hireDate: '2026-03-02' }, true)).toEqual([]);
});
