import { InvalidInput } from '@waymark/kernel';
import { stemPieces } from '../question/cloze.js';
import { isNumber, readNumber, type NumberKey } from '../question/decimal.js';
import { MarkupText, readXhtml, toMarkup } from './markup.js';
import { decimalOf } from './moodle-answers.js';
import {
  NotTaken,
  oneLine,
  plainDecimal,
  readItem,
  tidy,
  type NeutralGap,
  type NeutralMedia,
  type NeutralQuestion,
  type ReadItem,
  type Remark,
} from './neutral.js';
import { Pictures } from './pictures.js';
import { childOf, childrenOf, elements, escapeXml, textOf, walk, type XmlNode } from './xml.js';

// After the 1EdTech specifications "Question and Test Interoperability" 2.1, 2.2 (imsglobal.org/question/qtiv2p2) and 3.0
// (imsglobal.org/spec/qti/v3p0): assessment items with one interaction, or with gaps in the text. 3.0 writes the same
// elements as qti-… with hyphens; they are read under the names of 2.x.
type Report = (code: string, params?: Remark['params']) => void;

const camel = (name: string): string =>
  name.replace(/^qti-/, '').replace(/-([a-z])/g, (_all, c: string) => c.toUpperCase());

export function asVersion2(node: XmlNode): XmlNode {
  return {
    ...node,
    name: camel(node.name),
    attrs: Object.fromEntries(Object.entries(node.attrs).map(([k, v]) => [camel(k), v])),
    children: node.children.map((c) => (typeof c === 'string' ? c : asVersion2(c))),
  };
}

const INLINE = new Set(['textEntryInteraction', 'inlineChoiceInteraction']);
const BLOCK = new Set(['choiceInteraction', 'matchInteraction', 'orderInteraction', 'extendedTextInteraction']);
/** What response processing may be made of to be understood as "right earns the points". */
const PROCESSING = new Set([
  'responseProcessing',
  'responseCondition',
  'responseIf',
  'responseElseIf',
  'responseElse',
  'match',
  'equal',
  'isNull',
  'not',
  'and',
  'variable',
  'correct',
  'mapResponse',
  'setOutcomeValue',
  'sum',
  'baseValue',
]);

interface Declaration {
  cardinality: string;
  baseType: string;
  correct: string[];
  map: { key: string; value: number; caseSensitive: boolean }[];
}

/** `find` gives the bytes of a picture by the path that the item names. */
export function readQtiItem(root: XmlNode, pictures: Pictures, find: (src: string) => Uint8Array | null): ReadItem {
  const item = asVersion2(root);
  if (item.name !== 'assessmentItem') throw new InvalidInput('format-unknown', { element: item.name });
  const name = item.attrs['title'] || item.attrs['identifier'] || '';
  return readItem(item.line, name, (remark) => readAssessmentItem(item, pictures, find, remark));
}

function declarations(item: XmlNode): Map<string, Declaration> {
  return new Map(
    childrenOf(item, 'responseDeclaration').map((d) => {
      const mapping = childOf(d, 'mapping');
      return [
        d.attrs['identifier'] ?? '',
        {
          cardinality: d.attrs['cardinality'] ?? 'single',
          baseType: d.attrs['baseType'] ?? '',
          correct: childrenOf(childOf(d, 'correctResponse') ?? d, 'value').map((v) => textOf(v).trim()),
          map: (mapping ? childrenOf(mapping, 'mapEntry') : []).map((e) => ({
            key: e.attrs['mapKey'] ?? '',
            value: Number(e.attrs['mappedValue'] ?? '0'),
            caseSensitive: e.attrs['caseSensitive'] === 'true',
          })),
        },
      ];
    }),
  );
}

interface Rule {
  /** Weight of a condition on one response, where it says one. */
  weight: number | null;
  tolerance: NumberKey['tolerance'];
  relative: boolean;
}

/** Tolerances and weights that conditions say about single responses; templates say none. */
function processing(item: XmlNode): { mapped: boolean; rules: Map<string, Rule> } {
  const node = childOf(item, 'responseProcessing');
  const rules = new Map<string, Rule>();
  if (!node) return { mapped: false, rules };
  const template = node.attrs['template'] ?? '';
  if (template !== '') {
    if (/map_response(\.xml)?$/.test(template)) return { mapped: true, rules };
    if (/(match_correct)(\.xml)?$/.test(template)) return { mapped: false, rules };
    throw new NotTaken('qti-template', { template: template.slice(-60) });
  }
  let mapped = false;
  walk(node, (n) => {
    if (!PROCESSING.has(n.name)) throw new NotTaken('qti-processing', { element: n.name, line: n.line });
    if (n.name === 'mapResponse') mapped = true;
  });
  for (const condition of childrenOf(node, 'responseCondition')) {
    for (const branch of childrenOf(condition, 'responseIf')) {
      const test = elements(branch)[0];
      const variable = test && elements(test).find((e) => e.name === 'variable')?.attrs['identifier'];
      if (!test || !variable || !['equal', 'match'].includes(test.name)) continue;
      let weight: number | null = null;
      walk(branch, (n) => {
        if (n.name === 'baseValue') weight = Number(textOf(n).trim());
      });
      const mode = test.attrs['toleranceMode'] ?? 'exact';
      const [low = '0', high = low] = (test.attrs['tolerance'] ?? '0').trim().split(/\s+/);
      if (mode !== 'exact' && low !== high)
        throw new NotTaken('qti-tolerance', { tolerance: test.attrs['tolerance'] ?? '' });
      const percent = readNumber(low);
      rules.set(variable, {
        weight,
        tolerance:
          mode === 'exact'
            ? '0'
            : mode === 'relative' && isNumber(percent)
              ? plainDecimal({ ...percent, scale: percent.scale + 2 })
              : decimalOf(low),
        relative: mode === 'relative',
      });
    }
  }
  return { mapped, rules };
}

function readAssessmentItem(
  item: XmlNode,
  pictures: Pictures,
  find: (src: string) => Uint8Array | null,
  remark: Report,
): NeutralQuestion {
  if (item.attrs['adaptive'] === 'true') throw new NotTaken('qti-adaptive');
  const body = childOf(item, 'itemBody');
  if (!body) throw new NotTaken('qti-body-missing');
  if (childOf(item, 'templateDeclaration')) throw new NotTaken('qti-element', { element: 'templateDeclaration' });
  const declared = declarations(item);
  const { mapped, rules } = processing(item);
  const blocks: XmlNode[] = [];
  const gaps: { node: XmlNode; at: number }[] = [];
  const out = new MarkupText(remark);
  readXhtml(body, out, (n) => {
    if (BLOCK.has(n.name)) {
      blocks.push(n);
      const prompt = childOf(n, 'prompt');
      if (prompt) {
        out.open('p', {});
        readXhtml(prompt, out);
        out.close('p');
      }
      return true;
    }
    if (INLINE.has(n.name)) {
      gaps.push({ node: n, at: gaps.length + 1 });
      out.raw(`{{${gaps.length}}}`);
      return true;
    }
    if (n.name.endsWith('Interaction')) throw new NotTaken('qti-interaction', { element: n.name, line: n.line });
    if (n.name === 'rubricBlock' || n.name === 'feedbackBlock' || n.name === 'feedbackInline')
      throw new NotTaken('qti-element', { element: n.name });
    return false;
  });
  const media: NeutralMedia[] = pictures.take('stem', out.pictures, find);
  const q: Omit<NeutralQuestion, 'type'> = { stem: out.value };
  const id = item.attrs['identifier'];
  if (id) q.code = id.replace(/^_(?=\d)/, '');
  const score = childrenOf(item, 'outcomeDeclaration').find((o) => o.attrs['identifier'] === 'SCORE')?.attrs[
    'normalMaximum'
  ];
  if (score !== undefined) {
    const points = Number(score);
    if (!Number.isInteger(points) || points < 1 || points > 100)
      throw new NotTaken('points', { points: score.slice(0, 20) });
    q.points = points;
  }
  const said: string[] = [];
  for (const f of childrenOf(item, 'modalFeedback')) {
    const words = new MarkupText(remark);
    readXhtml(childOf(f, 'contentBody') ?? f, words);
    if (words.pictures.length > 0) throw new NotTaken('picture-place', { element: 'modalFeedback' });
    if (f.attrs['identifier'] === 'EXPLANATION' || childrenOf(item, 'modalFeedback').length === 1)
      said.push(words.value);
    else remark('feedback-left-out');
  }
  if (said.length > 0 && said.join('') !== '') q.explanation = said.join('\n');
  const shown = (more: NeutralMedia[] = []): Partial<NeutralQuestion> =>
    media.length + more.length > 0 ? { media: [...media, ...more] } : {};
  if (blocks.length > 1 || (blocks.length === 1 && gaps.length > 0)) throw new NotTaken('several-interactions');
  const responseOf = (n: XmlNode): Declaration => {
    const found = declared.get(n.attrs['responseIdentifier'] ?? '');
    if (!found) throw new NotTaken('qti-response-missing', { response: n.attrs['responseIdentifier'] ?? '' });
    return found;
  };
  const words = (n: XmlNode, place: string): { text: string; media: NeutralMedia[]; feedback: string } => {
    const own = new MarkupText(remark);
    let feedback = '';
    readXhtml(n, own, (c) => {
      if (c.name !== 'feedbackInline') return false;
      const inner = new MarkupText(remark);
      readXhtml(c, inner);
      feedback = inner.value;
      return true;
    });
    if (own.pictures.length > 0 && place === '') throw new NotTaken('picture-place', { element: n.name });
    return { text: own.value, media: pictures.take(place, own.pictures, find), feedback };
  };
  const [block] = blocks;
  if (!block && gaps.length === 0) throw new NotTaken('qti-no-interaction');
  if (!block)
    return readInline(
      q,
      shown(),
      gaps.map((g) => g.node),
      responseOf,
      rules,
      words,
    );
  if (q.stem === '') throw new NotTaken('stem-missing');
  const response = responseOf(block);
  const scoring = mapped ? ('partial' as const) : ('all' as const);
  switch (block.name) {
    case 'choiceInteraction': {
      const simple = childrenOf(block, 'simpleChoice');
      const ids = simple.map((c) => c.attrs['identifier'] ?? '');
      const right =
        response.correct.length > 0 ? response.correct : response.map.filter((m) => m.value > 0).map((m) => m.key);
      for (const r of right) if (!ids.includes(r)) throw new NotTaken('answer-unknown', { answer: r.slice(0, 20) });
      const weights = response.map.filter((m) => m.value > 0).map((m) => m.value);
      if (new Set(weights).size > 1) throw new NotTaken('weights-unequal', { share: weights[0] ?? 0 });
      if (simple.length === 2 && [...ids].sort().join() === 'false,true' && response.cardinality === 'single') {
        if (right.length !== 1) throw new NotTaken('answer-missing');
        if (simple.some((c) => words(c, '').feedback !== '')) remark('feedback-left-out');
        return { ...q, ...shown(), type: 'truefalse', answerTrue: right[0] === 'true' };
      }
      if (right.length === 0) throw new NotTaken('correct-choice-missing');
      const read = simple.map((c, i) => ({ ...words(c, `choice.${i}`), id: ids[i] as string }));
      const choices = read.map((c) => ({
        text: c.text,
        correct: right.includes(c.id),
        ...(c.feedback ? { feedback: c.feedback } : {}),
      }));
      const more = shown(read.flatMap((c) => c.media));
      if (response.cardinality === 'multiple') return { ...q, ...more, type: 'multiple', choices, scoring };
      if (right.length !== 1) throw new NotTaken('several-right');
      return { ...q, ...more, type: 'single', choices };
    }
    case 'orderInteraction': {
      const items = new Map(
        childrenOf(block, 'simpleChoice').map((c) => [c.attrs['identifier'] ?? '', words(c, '').text]),
      );
      if (response.correct.length !== items.size || response.correct.some((c) => !items.has(c)))
        throw new NotTaken('qti-order');
      return { ...q, ...shown(), type: 'ordering', items: response.correct.map((c) => items.get(c) as string) };
    }
    case 'matchInteraction': {
      const [from, to, ...rest] = childrenOf(block, 'simpleMatchSet').map((set) =>
        childrenOf(set, 'simpleAssociableChoice'),
      );
      if (!from || !to || rest.length > 0) throw new NotTaken('qti-match-sets');
      const pairs = (
        response.correct.length > 0 ? response.correct : response.map.filter((m) => m.value > 0).map((m) => m.key)
      ).map((p) => p.split(/\s+/));
      const optionIds = to.map((o) => o.attrs['identifier'] ?? '');
      const prompts = from.map((p) => {
        const of = pairs.filter((x) => x[0] === p.attrs['identifier']);
        const option = optionIds.indexOf(of[0]?.[1] ?? '');
        if (of.length !== 1 || option < 0) throw new NotTaken('qti-match-pairs');
        return { text: words(p, '').text, option };
      });
      return { ...q, ...shown(), type: 'matching', prompts, options: to.map((o) => words(o, '').text), scoring };
    }
    default:
      return { ...q, ...shown(), type: 'essay' };
  }
}

function readInline(
  q: Omit<NeutralQuestion, 'type'>,
  shown: Partial<NeutralQuestion>,
  nodes: XmlNode[],
  responseOf: (n: XmlNode) => Declaration,
  rules: ReadonlyMap<string, Rule>,
  words: (n: XmlNode, place: string) => { text: string },
): NeutralQuestion {
  const read = nodes.map((node): NeutralGap => {
    const response = responseOf(node);
    const rule = rules.get(node.attrs['responseIdentifier'] ?? '');
    const best = response.map.filter((m) => m.value > 0);
    const top = Math.max(0, ...best.map((m) => m.value));
    const weight = rule?.weight ?? (top > 0 ? top : 1);
    if (!Number.isInteger(weight) || weight < 1 || weight > 100) throw new NotTaken('points', { points: weight });
    if (best.some((m) => m.value !== top)) throw new NotTaken('weights-unequal', { share: top });
    if (node.name === 'inlineChoiceInteraction') {
      const right = response.correct.length > 0 ? response.correct : best.map((m) => m.key);
      const choices = childrenOf(node, 'inlineChoice').map((c) => ({
        text: oneLine(words(c, '').text),
        correct: right.includes(c.attrs['identifier'] ?? ''),
      }));
      if (right.length !== 1) throw new NotTaken('several-right');
      return { kind: 'choice', weight, choices };
    }
    if (response.baseType === 'float' || response.baseType === 'integer') {
      const [value, ...more] = response.correct;
      if (value === undefined || more.length > 0) throw new NotTaken('several-numbers');
      return {
        kind: 'number',
        weight,
        number: { value: decimalOf(value), tolerance: rule?.tolerance ?? '0', relative: rule?.relative ?? false },
      };
    }
    const accepted = best.length > 0 ? best.map((m) => m.key) : response.correct;
    if (accepted.length === 0) throw new NotTaken('accepted-missing');
    if (new Set(best.map((m) => m.caseSensitive)).size > 1) throw new NotTaken('qti-case-both');
    return {
      kind: 'text',
      weight,
      accepted: accepted.map(oneLine),
      ...(best.some((m) => m.caseSensitive) ? { exactCase: true } : {}),
    };
  });
  const stem = q.stem.replace(/\s*\{\{1\}\}\s*$/, '');
  const [only] = read;
  // One field at the end of the text is a short answer; within it, it is a gap.
  if (read.length === 1 && only && only.kind !== 'choice' && stem !== q.stem && !stem.includes('{{')) {
    if (stem === '') throw new NotTaken('stem-missing');
    const { kind, weight: _weight, number, ...accepted } = only;
    return kind === 'number'
      ? { ...q, ...shown, stem, type: 'numeric', ...(number ? { number } : {}) }
      : { ...q, ...shown, stem, type: 'short', ...accepted };
  }
  return { ...q, ...shown, type: 'cloze', gaps: read };
}

// ---- writing

export type QtiVersion = 2 | 3;

/** Identifiers may not start with a figure. */
export const qtiIdentifier = (code: string): string => (/^[0-9]/.test(code) ? `_${code}` : code);

const NAMESPACE = { 2: 'http://www.imsglobal.org/xsd/imsqti_v2p2', 3: 'http://www.imsglobal.org/xsd/imsqtiasi_v3p0' };
const TEMPLATE = {
  2: 'http://www.imsglobal.org/question/qti_v2p2/rptemplates/',
  3: 'https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/',
};

/** @throws NotTaken where the words would be read as something else */
export function writeQtiItem(
  q: NeutralQuestion,
  version: QtiVersion,
  code: string,
  href: (media: NeutralMedia) => string,
): string {
  const hyphens = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  const el = (name: string, attrs: Record<string, string | number | undefined>, inner = ''): string => {
    const tag = version === 3 ? `qti-${hyphens(name)}` : name;
    const list = Object.entries(attrs).flatMap(([k, v]) =>
      v === undefined ? [] : [` ${version === 3 ? hyphens(k) : k}="${escapeXml(String(v))}"`],
    );
    return inner === '' ? `<${tag}${list.join('')}/>` : `<${tag}${list.join('')}>${inner}</${tag}>`;
  };
  const html = (text: string): string => toMarkup(text);
  const images = (place: string): string =>
    (q.media ?? [])
      .filter((m) => m.place === place)
      .map((m) => `<img src="${escapeXml(href(m))}" alt="${escapeXml(m.alt)}"/>`)
      .join('');
  const values = (list: readonly string[]): string =>
    el('correctResponse', {}, list.map((v) => el('value', {}, escapeXml(v))).join(''));
  const declare = (
    id: string,
    cardinality: string,
    baseType: string,
    correct: readonly string[],
    map: readonly string[] = [],
    weight = 1,
    exact = false,
  ): string =>
    el(
      'responseDeclaration',
      { identifier: id, cardinality, baseType },
      values(correct) +
        (map.length > 0
          ? el(
              'mapping',
              { defaultValue: 0 },
              map
                .map((m) =>
                  el('mapEntry', {
                    mapKey: m,
                    mappedValue: weight,
                    ...(baseType === 'string' ? { caseSensitive: String(exact) } : {}),
                  }),
                )
                .join(''),
            )
          : ''),
    );
  const addScore = (inner: string): string =>
    el('setOutcomeValue', { identifier: 'SCORE' }, el('sum', {}, el('variable', { identifier: 'SCORE' }) + inner));
  const condition = (id: string, number: NumberKey | undefined, weight: number): string =>
    el(
      'responseCondition',
      {},
      el(
        'responseIf',
        {},
        el(
          number ? 'equal' : 'match',
          number
            ? number.tolerance === '0'
              ? { toleranceMode: 'exact' }
              : { toleranceMode: 'absolute', tolerance: `${number.tolerance} ${number.tolerance}` }
            : {},
          el('variable', { identifier: id }) + el('correct', { identifier: id }),
        ) + addScore(el('baseValue', { baseType: 'float' }, String(weight))),
      ),
    );
  const template = (name: 'match_correct' | 'map_response'): string =>
    el('responseProcessing', { template: `${TEMPLATE[version]}${name}${version === 3 ? '.xml' : ''}` });
  const letters = (i: number): string => String.fromCharCode(65 + i);
  const stemText = tidy(q.stem);
  if (stemText === '') throw new NotTaken('stem-missing');
  if (q.type !== 'cloze' && /\{\{\d{1,2}\}\}/.test(stemText)) throw new NotTaken('gap-mark');
  const stem = `<p>${html(q.stem)}</p>${images('stem') ? `<p>${images('stem')}</p>` : ''}`;
  const rest = (g: NeutralGap, id: string): { declaration: string; field: string; rule: string } => {
    if (g.kind === 'choice') {
      const right = (g.choices ?? []).findIndex((c) => c.correct);
      if (right < 0 || (g.choices ?? []).some((c) => oneLine(c.text) === '')) throw new NotTaken('answer-missing');
      return {
        declaration: declare(id, 'single', 'identifier', [letters(right)], [letters(right)], g.weight),
        field: el(
          'inlineChoiceInteraction',
          { responseIdentifier: id, shuffle: 'false' },
          (g.choices ?? [])
            .map((c, i) => el('inlineChoice', { identifier: letters(i) }, escapeXml(oneLine(c.text))))
            .join(''),
        ),
        rule: addScore(el('mapResponse', { identifier: id })),
      };
    }
    if (g.kind === 'number') {
      if (!g.number) throw new NotTaken('number-missing');
      const number = { ...g.number, value: decimalOf(g.number.value) };
      return {
        declaration: declare(id, 'single', 'float', [number.value]),
        field: el('textEntryInteraction', { responseIdentifier: id }),
        rule: condition(id, number, g.weight),
      };
    }
    const accepted = (g.accepted ?? []).map(oneLine);
    if (accepted.length === 0 || accepted.includes('')) throw new NotTaken('accepted-missing');
    return {
      declaration: declare(id, 'single', 'string', accepted.slice(0, 1), accepted, g.weight, g.exactCase ?? false),
      field: el('textEntryInteraction', { responseIdentifier: id }),
      rule: addScore(el('mapResponse', { identifier: id })),
    };
  };
  const R = 'RESPONSE';
  const build = (): { declarations: string; body: string; processing: string } => {
    switch (q.type) {
      case 'single':
      case 'multiple': {
        const choices = q.choices ?? [];
        if (choices.some((c, i) => tidy(c.text) === '' && images(`choice.${i}`) === ''))
          throw new NotTaken('choice-empty');
        const right = choices.flatMap((c, i) => (c.correct ? [letters(i)] : []));
        if (right.length === 0) throw new NotTaken('correct-choice-missing');
        const partial = q.type === 'multiple' && q.scoring === 'partial';
        return {
          declarations: declare(
            R,
            q.type === 'single' ? 'single' : 'multiple',
            'identifier',
            right,
            partial ? right : [],
          ),
          body:
            stem +
            el(
              'choiceInteraction',
              { responseIdentifier: R, shuffle: 'false', maxChoices: q.type === 'single' ? 1 : 0 },
              choices
                .map((c, i) =>
                  el(
                    'simpleChoice',
                    { identifier: letters(i) },
                    html(c.text) +
                      images(`choice.${i}`) +
                      (c.feedback
                        ? el(
                            'feedbackInline',
                            { outcomeIdentifier: 'FEEDBACK', identifier: letters(i), showHide: 'show' },
                            html(c.feedback),
                          )
                        : ''),
                  ),
                )
                .join(''),
            ),
          processing: template(partial ? 'map_response' : 'match_correct'),
        };
      }
      case 'truefalse':
        if (q.answerTrue === undefined) throw new NotTaken('answer-missing');
        return {
          declarations: declare(R, 'single', 'identifier', [String(q.answerTrue)]),
          body:
            stem +
            el(
              'choiceInteraction',
              { responseIdentifier: R, shuffle: 'false', maxChoices: 1 },
              ['true', 'false'].map((v) => el('simpleChoice', { identifier: v }, v)).join(''),
            ),
          processing: template('match_correct'),
        };
      case 'short':
      case 'numeric': {
        const field = rest(
          {
            kind: q.type === 'short' ? 'text' : 'number',
            weight: 1,
            ...(q.accepted ? { accepted: q.accepted } : {}),
            ...(q.exactCase ? { exactCase: true } : {}),
            ...(q.number ? { number: q.number } : {}),
          },
          R,
        );
        return {
          declarations: field.declaration,
          body: `${stem}<p>${field.field}</p>`,
          processing: el('responseProcessing', {}, field.rule),
        };
      }
      case 'matching': {
        const options = q.options ?? [];
        const pairs = (q.prompts ?? []).map((p, i) => `P${i} O${p.option}`);
        const set = (prefix: string, texts: readonly string[], most: number): string =>
          el(
            'simpleMatchSet',
            {},
            texts
              .map((text, i) =>
                el('simpleAssociableChoice', { identifier: `${prefix}${i}`, matchMax: most }, html(text)),
              )
              .join(''),
          );
        if ([...(q.prompts ?? []).map((p) => p.text), ...options].some((t) => tidy(t) === ''))
          throw new NotTaken('choice-empty');
        const partial = q.scoring === 'partial';
        return {
          declarations: declare(R, 'multiple', 'directedPair', pairs, partial ? pairs : []),
          body:
            stem +
            el(
              'matchInteraction',
              { responseIdentifier: R, shuffle: 'true', maxAssociations: pairs.length },
              set(
                'P',
                (q.prompts ?? []).map((p) => p.text),
                1,
              ) + set('O', options, pairs.length),
            ),
          processing: template(partial ? 'map_response' : 'match_correct'),
        };
      }
      case 'ordering': {
        const ids = (q.items ?? []).map((_, i) => letters(i));
        return {
          declarations: declare(R, 'ordered', 'identifier', ids),
          body:
            stem +
            el(
              'orderInteraction',
              { responseIdentifier: R, shuffle: 'true' },
              (q.items ?? []).map((item, i) => el('simpleChoice', { identifier: letters(i) }, html(item))).join(''),
            ),
          processing: template('match_correct'),
        };
      }
      case 'cloze': {
        const fields = (q.gaps ?? []).map((g, i) => rest(g, `${R}_${i + 1}`));
        const text = stemPieces(stemText)
          .map((p) =>
            'text' in p ? escapeXml(p.text).replaceAll('\n', '<br/>') : (fields[Number(p.gap) - 1]?.field ?? ''),
          )
          .join('');
        const only = q.gaps?.length === 1 && q.gaps[0]?.kind !== 'choice' && /\{\{1\}\}\s*$/.test(stemText);
        // It would come back as a short answer.
        if (only) throw new NotTaken('gap-at-end');
        return {
          declarations: fields.map((f) => f.declaration).join(''),
          body: `<p>${text}</p>${images('stem') ? `<p>${images('stem')}</p>` : ''}`,
          processing: el('responseProcessing', {}, fields.map((f) => f.rule).join('')),
        };
      }
      case 'essay':
        return {
          declarations: el('responseDeclaration', { identifier: R, cardinality: 'single', baseType: 'string' }),
          body: stem + el('extendedTextInteraction', { responseIdentifier: R }),
          processing: '',
        };
      case 'case':
        throw new NotTaken('type', { type: q.type });
    }
  };
  const { declarations: declared, body, processing: rules } = build();
  const explanation = q.explanation
    ? el(
        'modalFeedback',
        { outcomeIdentifier: 'FEEDBACK', identifier: 'EXPLANATION', showHide: 'show' },
        version === 3 ? el('contentBody', {}, `<p>${html(q.explanation)}</p>`) : html(q.explanation),
      )
    : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${el(
    'assessmentItem',
    {
      xmlns: NAMESPACE[version],
      identifier: qtiIdentifier(code),
      title: code,
      adaptive: 'false',
      timeDependent: 'false',
    },
    declared +
      el('outcomeDeclaration', {
        identifier: 'SCORE',
        cardinality: 'single',
        baseType: 'float',
        ...(q.points !== undefined ? { normalMaximum: q.points } : {}),
      }) +
      el('outcomeDeclaration', { identifier: 'FEEDBACK', cardinality: 'single', baseType: 'identifier' }) +
      el('itemBody', {}, body) +
      rules +
      explanation,
  )}\n`;
}
