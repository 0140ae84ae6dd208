import { Inject, Injectable } from '@nestjs/common';
import { LOCALES, newId, type Text } from '@waymark/kernel';
import { Files, rows, Texts, type FileInfo, type TextFields, type Tx } from '@waymark/platform';
import type { CourseShape } from './course.js';
import {
  BODY,
  CHECKPOINT_TITLE,
  contentIds,
  KEY_POINT_BACK,
  KEY_POINT_FRONT,
  lessonFileIds,
  outlineLessons,
  SUMMARY,
  TITLE,
  type CourseOutline,
} from './course-outline.js';
import { publishedContent, replaceSearchTexts, type SearchText } from './course.repository.js';

export interface CourseContent {
  shape: CourseShape;
  texts: Map<string, TextFields>;
  files: Map<string, FileInfo>;
}

/** The texts of course versions: read together with their structure, written beside it. */
@Injectable()
export class CourseContents {
  constructor(
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Files) private readonly files: Files,
  ) {}

  async of(tx: Tx, outline: CourseOutline): Promise<CourseContent> {
    return (await this.ofMany(tx, [outline])).get(outline.versionId) as CourseContent;
  }

  async ofMany(tx: Tx, outlines: readonly CourseOutline[]): Promise<Map<string, CourseContent>> {
    const texts = await this.texts.load(tx, outlines.flatMap(contentIds));
    const files = await this.files.info(
      tx,
      outlines.flatMap((o) => outlineLessons(o).flatMap(lessonFileIds)),
    );
    const asked = outlines.flatMap((o) => o.levels.flatMap((l) => l.checkpoint?.questionIds ?? []));
    const unpublished = await unpublishedQuestions(tx, asked);
    return new Map(outlines.map((o) => [o.versionId, { shape: shapeOf(o, texts, files, unpublished), texts, files }]));
  }

  /**
   * Writes texts under a content id that is the draft's own: a text that a published version shows is copied first.
   * Returns the id the draft shows from now on.
   */
  async write(tx: Tx, contentId: string, fields: TextFields, authorId: string): Promise<string> {
    if (!Object.values(fields).some((text) => Object.keys(text).length > 0)) return contentId;
    const frozen = (await publishedContent(tx, [contentId])).size > 0;
    const now = (await this.texts.load(tx, [contentId])).get(contentId) ?? {};
    if (!frozen) {
      await this.texts.set(tx, contentId, fields, authorId);
      return contentId;
    }
    const changed = Object.entries(fields).some(([field, text]) =>
      LOCALES.some((l) => text[l] !== undefined && text[l] !== (now[field]?.[l] ?? '')),
    );
    if (!changed) return contentId;
    const copy = newId();
    const merged: TextFields = { ...now };
    for (const [field, text] of Object.entries(fields)) merged[field] = { ...now[field], ...text };
    await this.texts.set(tx, copy, merged, authorId);
    return copy;
  }

  /** Puts the draft's texts under the content ids of the published version: a correction that needs no new version. */
  async correct(tx: Tx, published: CourseOutline, draft: CourseOutline, authorId: string): Promise<void> {
    const pairs: [string, string][] = [[published.contentId, draft.contentId]];
    for (const [i, level] of published.levels.entries()) {
      const changed = draft.levels[i];
      if (!changed) continue;
      pairs.push([level.contentId, changed.contentId]);
      for (const [j, lesson] of level.lessons.entries())
        pairs.push([lesson.contentId, changed.lessons[j]?.contentId ?? lesson.contentId]);
    }
    const moved = pairs.filter(([to, from]) => to !== from);
    const texts = await this.texts.load(
      tx,
      moved.map(([, from]) => from),
    );
    await this.texts.setMany(
      tx,
      moved.map(([to, from]) => ({ subjectId: to, fields: texts.get(from) ?? {} })),
      authorId,
    );
  }

  /** Makes the current texts of published versions findable. */
  async index(tx: Tx, outlines: readonly CourseOutline[]): Promise<void> {
    const texts = await this.texts.load(tx, outlines.flatMap(contentIds));
    const found: SearchText[] = [];
    const add = (courseId: string, lessonId: string | null, title: Text | undefined, body: Text | undefined): void => {
      for (const locale of LOCALES) {
        if (!title?.[locale] && !body?.[locale]) continue;
        found.push({ courseId, lessonId, locale, title: title?.[locale] ?? '', body: body?.[locale] ?? '' });
      }
    };
    for (const o of outlines) {
      add(o.courseId, null, texts.get(o.contentId)?.[TITLE], texts.get(o.contentId)?.[SUMMARY]);
      for (const l of outlineLessons(o))
        add(o.courseId, l.lessonId, texts.get(l.contentId)?.[TITLE], texts.get(l.contentId)?.[BODY]);
    }
    await replaceSearchTexts(
      tx,
      outlines.map((o) => o.courseId),
      found,
    );
  }
}

async function unpublishedQuestions(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const found = await rows<{ id: string; code: string }>(
    tx,
    `select id, code from question where id = any($1::uuid[]) and status <> 'published'`,
    [ids],
  );
  return new Map(found.map((q) => [q.id, q.code]));
}

function shapeOf(
  outline: CourseOutline,
  texts: ReadonlyMap<string, TextFields>,
  files: ReadonlyMap<string, FileInfo>,
  unpublished: ReadonlyMap<string, string>,
): CourseShape {
  const text = (id: string, field: string): Text => texts.get(id)?.[field] ?? {};
  return {
    title: text(outline.contentId, TITLE),
    summary: text(outline.contentId, SUMMARY),
    module: outline.module,
    minutes: outline.minutes,
    competencies: outline.competencies,
    levels: outline.levels.map((level) => ({
      key: level.key,
      title: text(level.contentId, TITLE),
      checkpoint: level.checkpoint && {
        title: text(level.contentId, CHECKPOINT_TITLE),
        passMark: level.checkpoint.passMark,
        questionIds: level.checkpoint.questionIds,
        unpublished: level.checkpoint.questionIds.flatMap((id) => unpublished.get(id) ?? []),
      },
      lessons: level.lessons.map((l) => ({
        key: l.key,
        kind: l.kind,
        minutes: l.minutes,
        fileId: l.fileId,
        fileKind: l.fileId ? (files.get(l.fileId)?.kind ?? null) : null,
        captions: l.captions,
        title: text(l.contentId, TITLE),
        body: text(l.contentId, BODY),
        keyPointFront: text(l.contentId, KEY_POINT_FRONT),
        keyPointBack: text(l.contentId, KEY_POINT_BACK),
      })),
    })),
  };
}
