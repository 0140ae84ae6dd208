const known: readonly string[] = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];

/** IANA zones for a select; the present one is always among them. */
export function zones(present: string): { value: string; label: string }[] {
  const all = known.includes(present) ? known : [present, ...known];
  return all.map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}
