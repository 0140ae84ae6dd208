import { InvalidInput, type Text } from '@waymark/kernel';
import { z } from 'zod';
import { GATES, MAX_DRAFT_LENGTH, NODE_KINDS, type MapDraft } from './learning-map.js';

const key = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
const day = z.int().min(1).max(1000);
/** A draft may hold a day before the start while it is typed; `mapProblems` says so and publishing is refused. */
const dueDay = z.int().min(-1000).max(1000);
function text(max: number): z.ZodType<Text> {
  const value = z.string().max(max).optional();
  return z.strictObject({ 'zh-CN': value, 'zh-TW': value, en: value }) as unknown as z.ZodType<Text>;
}

const evidence = z.strictObject({
  kind: z.enum(['text', 'counter', 'number']),
  target: z.number().min(0).max(1_000_000).nullable(),
  unit: text(40),
  needsText: z.boolean(),
  minFiles: z.int().min(0).max(20),
  instructions: text(2_000),
});

/** The shape of a draft; what it means is the business of `mapProblems`. */
export const mapDraftShape = z.strictObject({
  title: text(120),
  summary: text(1_000),
  days: day,
  workingDays: z.boolean(),
  capacityHours: z.int().min(1).max(240),
  stages: z
    .array(z.strictObject({ key, title: text(80), goal: text(500), fromDay: day, toDay: day, gate: z.enum(GATES) }))
    .max(24),
  nodes: z
    .array(
      z.strictObject({
        key,
        stage: key,
        kind: z.enum(NODE_KINDS),
        title: text(120),
        summary: text(1_000),
        body: text(50_000),
        required: z.boolean(),
        prereqs: z.array(key).max(50),
        need: z.int().min(0).max(50),
        dueDay: dueDay.nullable(),
        minutes: z.int().min(0).max(60_000),
        targetCode: key.nullable(),
        carryMonths: z.int().min(0).max(120).nullable(),
        evidence: evidence.nullable(),
        lane: z.int().min(0).max(50),
      }),
    )
    .max(500),
});

/**
 * A draft as a client sent it. Only the shape is checked: what a map may mean is the business of `mapProblems`.
 * @throws InvalidInput 'map-draft-invalid' with the paths of the fields, at most 20; 'map-draft-too-large'
 */
export function parseMapDraft(value: unknown): MapDraft {
  const parsed = mapDraftShape.safeParse(value);
  if (!parsed.success) {
    throw new InvalidInput('map-draft-invalid', {
      fields: parsed.error.issues.slice(0, 20).map((i) => i.path.join('.')),
    });
  }
  if (JSON.stringify(parsed.data).length > MAX_DRAFT_LENGTH)
    throw new InvalidInput('map-draft-too-large', { max: MAX_DRAFT_LENGTH });
  return parsed.data;
}
