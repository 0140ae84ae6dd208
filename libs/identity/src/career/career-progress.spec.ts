import { expect, it } from 'vitest';
import { careerProgress, type CareerEvidence } from './career-progress.js';

const evidence: CareerEvidence = {
  hireDate: '2024-03-02',
  today: '2026-03-02',
  courses: new Set(['a', 'b']),
  certifications: new Set(),
  levels: new Map([
    ['p', 1],
    ['q', 2],
    ['r', 2],
    ['s', 3],
  ]),
  trainingMinutes: 20 * 60 - 1,
};
const step = {
  yearsFrom: 2,
  requirements: {
    courses: ['a', 'c'],
    certifications: ['x'],
    anyCompetency: { count: 3, level: 2 },
    competencies: [
      { dimension: 's', level: 3 },
      { dimension: 'p', level: 2 },
      { dimension: 'unknown', level: 1 },
    ],
    trainingHours: 20,
  },
};

it('says for each requirement what is asked and what is there', () => {
  expect(careerProgress(step, evidence, false)).toEqual([
    { kind: 'tenure-months', level: null, required: 24, have: 24, met: true, items: [] },
    {
      kind: 'courses',
      level: null,
      required: 2,
      have: 1,
      met: false,
      items: [
        { code: 'a', met: true, level: null, have: null },
        { code: 'c', met: false, level: null, have: null },
      ],
    },
    {
      kind: 'certifications',
      level: null,
      required: 1,
      have: 0,
      met: false,
      items: [{ code: 'x', met: false, level: null, have: null }],
    },
    {
      kind: 'competencies',
      level: null,
      required: 3,
      have: 1,
      met: false,
      items: [
        { code: 's', met: true, level: 3, have: 3 },
        { code: 'p', met: false, level: 2, have: 1 },
        { code: 'unknown', met: false, level: 1, have: 0 },
      ],
    },
    { kind: 'competency-level', level: 2, required: 3, have: 3, met: true, items: [] },
    { kind: 'training-hours', level: null, required: 20, have: 19, met: false, items: [] },
  ]);
});

it('the first step is open from the first day', () => {
  expect(careerProgress({ yearsFrom: 1, requirements: {} }, { ...evidence, hireDate: '2026-03-02' }, true)).toEqual([]);
});
