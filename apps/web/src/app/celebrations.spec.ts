import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  celebrate,
  celebration,
  celebrations,
  endCelebration,
  isNews,
  justHandedIn,
  stagesSeen,
} from './celebrations.js';

let still = false;
beforeEach(() => {
  still = false;
  localStorage.clear();
  celebrations.value = true;
  vi.stubGlobal('matchMedia', () => ({ matches: still }));
});
afterEach(() => {
  while (celebration.value) endCelebration();
  vi.unstubAllGlobals();
});

describe('celebrate', () => {
  it('shows one after the other, and says when there are too many', async () => {
    expect(await celebrate('badge', 'one')).toBe(true);
    expect(await celebrate('level', 'two', { level: 3 })).toBe(true);
    expect(await celebrate('badge', 'three')).toBe(true);
    expect(await celebrate('badge', 'four')).toBe(false);
    const seen: string[] = [];
    while (celebration.value) {
      seen.push(celebration.value.note);
      endCelebration();
    }
    expect(seen).toEqual(['one', 'two', 'three']);
  });

  it('is silent when turned off or when motion is reduced', async () => {
    celebrations.value = false;
    expect(await celebrate('badge', 'one')).toBe(false);
    celebrations.value = true;
    still = true;
    expect(await celebrate('badge', 'one')).toBe(false);
    expect(celebration.value).toBeNull();
  });
});

describe('news', () => {
  it('is the attempt that was just handed in, once', () => {
    expect(isNews('a')).toBe(false);
    justHandedIn('a');
    expect(isNews('b')).toBe(false);
    expect(isNews('a')).toBe(true);
    expect(isNews('a')).toBe(false);
  });

  it('is a stage completed since the last look, not at the first look', () => {
    expect(stagesSeen('e', 1)).toBeNull();
    expect(stagesSeen('e', 1)).toBe(1);
    expect(stagesSeen('e', 2)).toBe(1);
    expect(stagesSeen('other', 1)).toBeNull();
  });
});
