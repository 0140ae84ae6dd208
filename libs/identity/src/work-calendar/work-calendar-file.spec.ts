import { expect, it } from 'vitest';
import { readCalendarFile } from './work-calendar-file.js';

it('reads days in several spellings and names each bad line', () => {
  const file = readCalendarFile(
    '\uFEFF日期,上班,说明\r\n2026-02-14,上班,春节调休\n2026/2/17,休息,春节\n2026-02-30,休息,x\n2026-02-18,maybe,\n\n2026-02-14,0,again',
  );
  expect(file.exceptions).toEqual([
    { day: '2026-02-14', working: true, name: '春节调休' },
    { day: '2026-02-17', working: false, name: '春节' },
  ]);
  expect(file.refused).toEqual([
    { line: 4, code: 'day-invalid' },
    { line: 5, code: 'working-invalid' },
    { line: 7, code: 'day-repeated' },
  ]);
});
