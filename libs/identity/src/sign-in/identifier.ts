/** One spelling for full-width and half-width letters, without spaces around. */
function plain(text: string): string {
  return text.normalize('NFKC').trim();
}

/** The key an employee number is unique by: ' e１０２３ ' and 'E1023' are the same person. */
export function employeeNumberKey(number: string): string {
  return plain(number).replace(/\s+/g, '').toUpperCase();
}

export function emailKey(email: string): string {
  return plain(email).replace(/\s+/g, '').toLowerCase();
}

/** Digits only, mainland China's country code left out, so '+86 138-0013-8000' equals '13800138000'. */
export function mobileKey(mobile: string): string {
  const text = plain(mobile);
  const digits = text.replace(/\D/g, '');
  const national = /^(\+|00)/.test(text) ? digits.replace(/^00/, '') : digits;
  return national.length === 13 && national.startsWith('86') ? national.slice(2) : national;
}

export function looksLikeEmail(text: string): boolean {
  return /^[^\s@]{1,64}@[^\s@]+\.[^\s@.]{2,}$/.test(plain(text)) && plain(text).length <= 254;
}

export function looksLikeMobile(text: string): boolean {
  return /^\+?[\d\s()./-]{5,31}$/.test(plain(text)) && /^\d{5,15}$/.test(mobileKey(text));
}

export interface IdentifierKeys {
  number: string;
  email: string | null;
  mobile: string | null;
}

/** What one typed sign-in name may stand for. */
export function identifierKeys(typed: string): IdentifierKeys {
  return {
    number: employeeNumberKey(typed),
    email: looksLikeEmail(typed) ? emailKey(typed) : null,
    mobile: looksLikeMobile(typed) ? mobileKey(typed) : null,
  };
}
