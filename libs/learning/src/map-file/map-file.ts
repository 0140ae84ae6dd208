import { z } from 'zod';
import { MAX_DRAFT_LENGTH, type MapDraft } from '../learning-map/learning-map.js';
import { mapDraftShape } from '../learning-map/map-draft.parse.js';
import { mapProblems, type TargetStatus } from '../learning-map/map-problem.js';

export const MAP_FILE_FORMAT = 'waymark-map';
export const MAP_FILE_VERSION = 1;
/** Characters of a file: a draft, its indentation and its head. */
export const MAX_FILE_LENGTH = MAX_DRAFT_LENGTH;

const code = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

/** A map as a file, described in docs/map-file.md; docs/map-file.schema.json is made from this. */
export const mapFileShape = z.strictObject({
  format: z.literal(MAP_FILE_FORMAT),
  version: z.literal(MAP_FILE_VERSION),
  code,
  /** Code of the job role; an unknown one is left out on import. */
  jobRole: z.string().min(1).max(80).nullable(),
  map: mapDraftShape,
});
export interface MapFile {
  format: typeof MAP_FILE_FORMAT;
  version: typeof MAP_FILE_VERSION;
  code: string;
  jobRole: string | null;
  map: MapDraft;
}

export interface MapFileProblem {
  /** Where, as a path into the file: `map.nodes[3].kind`; `line 4, column 2` when it isn't JSON. */
  place: string;
  /** Name of the node or stage there, when there is one. */
  key: string | null;
  code: string;
  params: Record<string, string | number>;
  /** The file can't be imported; the other problems only keep the map from being published. */
  blocking: boolean;
}

/** What a map at work may hold for a while, a file may not: it would have to be found again by hand. */
const BLOCKING: ReadonlySet<string> = new Set([
  'no-stages',
  'duplicate-key',
  'unknown-stage',
  'unknown-prerequisite',
  'later-prerequisite',
  'cycle',
  'stage-days',
  'bad-need',
  'due-before-start',
]);
const AT_MOST = 100;

/** The shape of a file. The map is there when nothing blocks; it may still have problems of its own. */
export function readMapFile(text: string): { file: MapFile | null; problems: MapFileProblem[] } {
  if (text.length > MAX_FILE_LENGTH) return refused('', 'file-too-large', { max: MAX_FILE_LENGTH });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return refused(syntaxPlace(text, error), 'file-not-json');
  }
  if (!value || typeof value !== 'object' || (value as { format?: unknown }).format !== MAP_FILE_FORMAT)
    return refused('format', 'file-not-a-map');
  const version = (value as { version?: unknown }).version;
  if (typeof version === 'number' && version > MAP_FILE_VERSION)
    return refused('version', 'file-newer', { version, known: MAP_FILE_VERSION });
  const parsed = mapFileShape.safeParse(value);
  if (parsed.success) return { file: parsed.data, problems: [] };
  return {
    file: null,
    problems: parsed.error.issues.slice(0, AT_MOST).map((issue) => ({
      place: placeOf(issue.path),
      key: keyAt(value, issue.path),
      ...wordOf(issue),
      blocking: true,
    })),
  };
}

/** What is wrong with the map of a file, by place: everything the builder would show. */
export function mapFileProblems(
  map: MapDraft,
  targetStatus: (kind: string, code: string) => TargetStatus | undefined,
): MapFileProblem[] {
  const nodeAt = new Map(map.nodes.map((n, i) => [n.key, i]));
  const stageAt = new Map(map.stages.map((s, i) => [s.key, i]));
  return mapProblems(map, targetStatus)
    .slice(0, AT_MOST)
    .map((p) => {
      const node = p.nodeKeys[0];
      const key = node ?? p.stageKey;
      const index = node === undefined ? stageAt.get(p.stageKey ?? '') : nodeAt.get(node);
      const list = node === undefined ? 'stages' : 'nodes';
      const field = FIELD[p.code];
      return {
        place: index === undefined ? 'map' : `map.${list}[${index}]${field ? `.${field}` : ''}`,
        key,
        code: p.code,
        params: { ...p.params, nodes: p.nodeKeys.join(' → ') },
        blocking: BLOCKING.has(p.code),
      };
    })
    .sort((a, b) => Number(b.blocking) - Number(a.blocking));
}

const FIELD: Readonly<Record<string, string>> = {
  'missing-title': 'title',
  'duplicate-key': 'key',
  'unknown-stage': 'stage',
  'unknown-prerequisite': 'prereqs',
  'later-prerequisite': 'prereqs',
  'due-before-prerequisite': 'dueDay',
  'bad-need': 'need',
  'not-yet': 'kind',
  'missing-target': 'targetCode',
  'archived-target': 'targetCode',
  'evidence-missing': 'evidence',
  'due-outside-stage': 'dueDay',
  'due-before-start': 'dueDay',
  'stage-days': 'fromDay',
  cycle: 'prereqs',
};

function refused(place: string, reason: string, params: MapFileProblem['params'] = {}) {
  return { file: null, problems: [{ place, key: null, code: reason, params, blocking: true }] };
}

/** Line and column of a syntax error, where the engine says them. */
function syntaxPlace(text: string, error: unknown): string {
  const said = /position (\d+)/.exec(error instanceof Error ? error.message : '');
  if (!said) return '';
  const before = text.slice(0, Number(said[1])).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((p) => (typeof p === 'number' ? `[${p}]` : `.${String(p).slice(0, 60)}`))
    .join('')
    .replace(/^\./, '');
}

/** The key of the node or stage that a path leads into. */
function keyAt(value: unknown, path: readonly PropertyKey[]): string | null {
  const [, list, index] = path;
  if ((list !== 'nodes' && list !== 'stages') || typeof index !== 'number') return null;
  const key = (value as { map?: Record<string, { key?: unknown }[]> }).map?.[list]?.[index]?.key;
  return typeof key === 'string' ? key.slice(0, 63) : null;
}

function wordOf(issue: z.core.$ZodIssue): { code: string; params: MapFileProblem['params'] } {
  switch (issue.code) {
    case 'unrecognized_keys':
      return { code: 'field-unknown', params: { field: issue.keys.join(', ').slice(0, 100) } };
    case 'invalid_value':
      return { code: 'value-not-allowed', params: { allowed: issue.values.map(String).join(', ') } };
    case 'too_big':
      return { code: 'value-too-big', params: { max: Number(issue.maximum) } };
    case 'too_small':
      return { code: 'value-too-small', params: { min: Number(issue.minimum) } };
    case 'invalid_type':
      return { code: 'value-of-wrong-type', params: { expected: issue.expected } };
    default:
      return { code: 'value-invalid', params: {} };
  }
}
