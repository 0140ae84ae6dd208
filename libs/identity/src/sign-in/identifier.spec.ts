import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emailKey,
  employeeNumberKey,
  identifierKeys,
  looksLikeEmail,
  looksLikeMobile,
  mobileKey,
} from './identifier.js';

describe('identifiers', () => {
  it.each([
    [' e１０２３ ', 'E1023'],
    ['Ｅ1023', 'E1023'],
    ['00 42', '0042'],
  ])('employee number %j has the key %j', (typed, key) => expect(employeeNumberKey(typed)).toBe(key));

  it.each([
    ['+86 138-0013-8000', '13800138000'],
    ['0086 13800138000', '13800138000'],
    ['１３８００１３８０００', '13800138000'],
    ['+852 9123 4567', '85291234567'],
    ['86138001380', '86138001380'],
  ])('mobile %j has the key %j', (typed, key) => expect(mobileKey(typed)).toBe(key));

  it('reads e-mail in any case and width', () => {
    expect(emailKey(' Li.Ming＠Example.COM ')).toBe('li.ming@example.com');
    expect(looksLikeEmail('li.ming＠example.com')).toBe(true);
    expect(looksLikeEmail('li.ming@example')).toBe(false);
    expect(looksLikeMobile('12')).toBe(false);
  });

  it('a name that can only be a number stands for nothing else', () => {
    expect(identifierKeys('E1023')).toEqual({ number: 'E1023', email: null, mobile: null });
    expect(identifierKeys('13800138000')).toEqual({ number: '13800138000', email: null, mobile: '13800138000' });
  });

  it('keys are stable: the key of a key is the key', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(employeeNumberKey(employeeNumberKey(text))).toBe(employeeNumberKey(text));
        expect(emailKey(emailKey(text))).toBe(emailKey(text));
      }),
    );
  });
});
