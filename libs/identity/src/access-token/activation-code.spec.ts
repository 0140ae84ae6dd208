import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatActivationCode, normaliseActivationCode } from './activation-code.js';

it('a printed code is read back however it is typed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (bytes) => {
      const code = formatActivationCode(bytes);
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
      const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
      expect(normaliseActivationCode(typed)).toBe(code.replaceAll('-', ''));
    }),
  );
});
