import { isLocalDay, type LocalDay } from '@waymark/kernel';

export interface CalendarException {
  day: LocalDay;
  working: boolean;
  name: string | null;
}

export interface CalendarFile {
  exceptions: CalendarException[];
  refused: { line: number; code: string }[];
}

const WORKING = new Set(['1', 'true', 'yes', 'y', 'working', 'work', '上班', '补班', '補班', '工作日', '是']);
const FREE = new Set(['0', 'false', 'no', 'n', 'free', 'holiday', '休息', '放假', '节假日', '節假日', '否']);

/** Lines of `day, working, name`; a heading line and empty lines are passed over. Days as 2026-02-14 or 2026/2/14. */
export function readCalendarFile(csv: string): CalendarFile {
  const out: CalendarFile = { exceptions: [], refused: [] };
  const seen = new Set<string>();
  csv
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .forEach((text, i) => {
      const line = i + 1;
      if (text.trim() === '') return;
      const [rawDay = '', rawWorking = '', ...rest] = text
        .split(/[,，;\t]/)
        .map((c) => c.trim().replace(/^"(.*)"$/, '$1'));
      const m = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(rawDay);
      const day = m ? `${m[1]}-${m[2]?.padStart(2, '0')}-${m[3]?.padStart(2, '0')}` : rawDay;
      if (!isLocalDay(day)) {
        if (line === 1) return;
        out.refused.push({ line, code: 'day-invalid' });
        return;
      }
      const word = rawWorking.toLowerCase();
      if (!WORKING.has(word) && !FREE.has(word)) {
        out.refused.push({ line, code: 'working-invalid' });
        return;
      }
      if (seen.has(day)) {
        out.refused.push({ line, code: 'day-repeated' });
        return;
      }
      seen.add(day);
      out.exceptions.push({ day, working: WORKING.has(word), name: rest.join(',').slice(0, 80) || null });
    });
  return out;
}
