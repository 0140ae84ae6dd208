import { weekOfPath } from '@waymark/learning/rules';
import type { CheckInHistory } from '@waymark/learning';
import { addDays, type LocalDay } from '@waymark/kernel';
import type { DemoCompany } from './company.js';
import { seedYaml } from './files.js';
import { dice, type HistorySettings } from './study.js';

interface CheckInNote {
  locale: string;
  stage: 'know' | 'practise' | 'own';
  mood: number;
  went_well: string;
  blocked_by: string;
}
interface CheckInFile {
  skip_share: number;
  missed: Record<string, number[]>;
  asks_for_help: string[];
  notes: CheckInNote[];
}

/** Weeks of the ninety-day path. */
const WEEKS = 13;
/** Check-ins are written on the fifth day of the week of the path. */
const WRITTEN_ON = 4;

/** A check-in for nearly every week of everybody on the path. @param starts first days on the map, by person id */
export async function checkInsOf(
  company: DemoCompany,
  history: HistorySettings,
  starts: ReadonlyMap<string, LocalDay>,
): Promise<CheckInHistory[]> {
  const file = await seedYaml<CheckInFile>('demo/check-ins.yaml');
  const random = dice(history.seed + 9);
  return company.people.flatMap((person): CheckInHistory[] => {
    const onPath = history.pairings.some((p) => p.mentee === person.number);
    const start = starts.get(person.id) ?? (onPath ? person.hireDate : null);
    if (!start) return [];
    const last = Math.min(WEEKS, weekOfPath(start, company.today));
    const locale = person.locale === 'en' ? 'en' : 'zh-CN';
    // Everybody begins somewhere else in the notes of a stage and says nothing twice.
    const offset = Math.floor(random.next() * file.notes.length);
    return Array.from({ length: Math.max(0, last) }, (_, i) => i + 1).flatMap((week): CheckInHistory[] => {
      const on = addDays(start, (week - 1) * 7 + WRITTEN_ON);
      if (file.missed[person.number]?.includes(week) || random.next() < file.skip_share || on >= company.today)
        return [];
      const stage = week <= 4 ? 'know' : week <= 9 ? 'practise' : 'own';
      const notes = file.notes.filter((n) => n.stage === stage && n.locale === locale);
      const note = notes[(offset + week) % notes.length];
      if (!note) return [];
      return [
        {
          personId: person.id,
          mapCode: person.role === 'customer-success-manager' ? 'customer-success-90' : 'new-business-90',
          week,
          on,
          mood: note.mood,
          wentWell: note.went_well,
          blockedBy: note.blocked_by,
          wantsHelp: file.asks_for_help.includes(person.number) && addDays(on, 7) >= company.today,
        },
      ];
    });
  });
}
