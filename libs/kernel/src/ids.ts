export type Brand<T, B extends string> = T & { readonly __brand?: B };
export type PersonId = Brand<string, 'Person'>;

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** Places of the bytes before which a dash stands. */
const DASHES = new Set([4, 6, 8, 10]);

function format(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < 16; i += 1) text += (DASHES.has(i) ? '-' : '') + (HEX[bytes[i] as number] as string);
  return text;
}

// Asking the system for 16 bytes at a time costs more than all the rest of an id.
const pool = new Uint8Array(4096);
let used = pool.length;

function randomBytes(n: number): Uint8Array {
  if (used + n > pool.length) {
    globalThis.crypto.getRandomValues(pool);
    used = 0;
  }
  const bytes = pool.slice(used, used + n);
  // What was handed out is kept nowhere else.
  pool.fill(0, used, used + n);
  used += n;
  return bytes;
}

let lastMs = 0;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562): 48-bit milliseconds, then a 12-bit counter that keeps ids of one process
 * in the order they were made, then random bits.
 */
export function newId(): string {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = (randomBytes(1)[0] ?? 0) & 0x7f;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  const bytes = randomBytes(16);
  let ms = lastMs;
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return format(bytes);
}

/** A UUIDv4: carries no time, for rows that must not reveal when they were made. */
export function newRandomId(): string {
  const bytes = randomBytes(16);
  bytes[6] = 0x40 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return format(bytes);
}

/** 128 random bits as 22 URL-safe characters, for public links. */
export function publicToken(): string {
  let binary = '';
  for (const b of randomBytes(16)) binary += String.fromCharCode(b);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export function isUuid(value: string): boolean {
  return UUID.test(value);
}
