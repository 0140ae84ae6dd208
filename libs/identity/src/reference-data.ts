import { InvalidInput, type Text } from '@waymark/kernel';
import { parse } from 'yaml';
import { z } from 'zod';
import type { CompetencyModelInput } from './competency/competency.service.js';
import type { CalendarException } from './work-calendar/work-calendar-file.js';

const text = z.object({ 'zh-CN': z.string().optional(), 'zh-TW': z.string().optional(), en: z.string().optional() });

const competencyFile = z.object({
  levels: z.array(z.object({ code: z.string(), order: z.number().int(), title: text })),
  dimensions: z.array(
    z.object({
      code: z.string(),
      title: text,
      question: text.optional(),
      cells: z.record(z.string(), z.object({ shows: text, evidence: text.optional() })),
    }),
  ),
});

const calendarFile = z.object({
  year: z.number().int(),
  exceptions: z.array(z.object({ date: z.iso.date(), working: z.boolean(), name: text })),
});

function read<S extends z.ZodType>(schema: S, yaml: string, what: string): z.output<S> {
  const result = schema.safeParse(parse(yaml));
  if (result.success) return result.data;
  throw new InvalidInput('reference-file-invalid', {
    what,
    problems: result.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`),
  });
}

/** Languages that are there. */
function textOf(given: z.output<typeof text>): Text {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** seeds/reference/competency-model.yaml. @throws InvalidInput */
export function readCompetencyModel(yaml: string): CompetencyModelInput {
  const file = read(competencyFile, yaml, 'competency-model');
  const order = new Map(file.levels.map((l) => [l.code, l.order]));
  return {
    levels: file.levels.map((l) => ({ level: l.order, code: l.code, name: textOf(l.title) })),
    dimensions: file.dimensions.map((d) => ({
      code: d.code,
      name: textOf(d.title),
      description: d.question ? textOf(d.question) : {},
      levels: Object.entries(d.cells).map(([code, cell]) => {
        const level = order.get(code);
        if (level === undefined)
          throw new InvalidInput('reference-file-invalid', {
            what: 'competency-model',
            problems: [`${d.code}: ${code}`],
          });
        return { level, description: textOf(cell.shows), evidence: cell.evidence ? textOf(cell.evidence) : {} };
      }),
    })),
  };
}

/** seeds/reference/work-calendar-*.yaml, with names in the company's language. @throws InvalidInput */
export function readWorkCalendar(yaml: string, locale: 'zh-CN' | 'zh-TW' | 'en'): CalendarException[] {
  const file = read(calendarFile, yaml, 'work-calendar');
  return file.exceptions.map((e) => ({
    day: e.date,
    working: e.working,
    name: (e.name[locale] ?? e.name['zh-CN'] ?? e.name.en ?? '').slice(0, 80) || null,
  }));
}
