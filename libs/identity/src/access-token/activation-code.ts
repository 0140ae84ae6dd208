/** Crockford's base 32: no I, L, O, U, so a printed code is read and typed without doubt. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const CODE_LENGTH = 12;

/** 60 random bits as XXXX-XXXX-XXXX from 12 random bytes. */
export function formatActivationCode(random: Uint8Array): string {
  const letters = Array.from(random.slice(0, CODE_LENGTH), (b) => ALPHABET[b & 31] ?? '0').join('');
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}

/** The typed code in its one spelling: hyphens and spaces left out, look-alikes read as meant. */
export function normaliseActivationCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
}
