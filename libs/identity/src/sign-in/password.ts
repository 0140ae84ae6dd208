import { InvalidInput } from '@waymark/kernel';

export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 200;

/**
 * Length counts, composition rules don't (NIST SP 800-63B); a password must not be the person's own name or number.
 * @param own what belongs to the person: employee number, names, e-mail, mobile
 * @throws InvalidInput 'password-too-short' | 'password-too-long' | 'password-guessable'
 */
export function checkPassword(password: string, own: readonly (string | null)[]): void {
  const length = [...password].length;
  if (length < PASSWORD_MIN) throw new InvalidInput('password-too-short', { min: PASSWORD_MIN });
  if (length > PASSWORD_MAX) throw new InvalidInput('password-too-long', { max: PASSWORD_MAX });
  const low = password.toLowerCase();
  const guessable =
    /^(.)\1*$/u.test(password) ||
    '01234567890123456789'.includes(low) ||
    'qwertyuiopasdfghjklzxcvbnm'.includes(low) ||
    own.some((o) => o !== null && o.length >= 3 && low.replaceAll(o.toLowerCase(), '').length < 4);
  if (guessable) throw new InvalidInput('password-guessable');
}
