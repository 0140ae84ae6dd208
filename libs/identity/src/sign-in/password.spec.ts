import { describe, expect, it } from 'vitest';
import { checkPassword } from './password.js';

const codeOf = (password: string, own: (string | null)[] = []): string => {
  try {
    checkPassword(password, own);
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('password rules', () => {
  it.each([
    ['short', 'password-too-short'],
    ['x'.repeat(201), 'password-too-long'],
    ['aaaaaaaaaaaa', 'password-guessable'],
    ['1234567890', 'password-guessable'],
    ['qwertyuiop', 'password-guessable'],
    ['correct horse', 'ok'],
    ['春风又绿江南岸明月何时照我还', 'ok'],
  ])('%j is %s', (password, code) => expect(codeOf(password)).toBe(code));

  it('is not the person itself with a number behind', () => {
    expect(codeOf('li.ming@example.com1', [null, 'li.ming@example.com'])).toBe('password-guessable');
    expect(codeOf('QM00012345', ['QM00012345'])).toBe('password-guessable');
  });
});
