import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Assessments } from '@waymark/assessment';
import { Courses } from '@waymark/catalog';
import type { Locale } from '@waymark/kernel';
import type { Tx } from '@waymark/platform';
import type { TargetKind } from '../learning-map/learning-map.js';
import type { TargetStatus } from '../learning-map/map-problem.js';
import { MapTargets, type MapTarget, type MapTargetSource } from '../learning-map/map-targets.service.js';

const SEARCH_LIMIT = 30;

function statusOf(status: string, versionId: string | null): TargetStatus {
  return status === 'archived' ? 'archived' : versionId ? 'published' : 'draft';
}

@Injectable()
export class CourseTargets implements MapTargetSource, OnModuleInit {
  readonly kinds = ['course'] as const;

  constructor(
    @Inject(Courses) private readonly courses: Courses,
    @Inject(MapTargets) private readonly targets: MapTargets,
  ) {}

  onModuleInit(): void {
    this.targets.register(this);
  }

  async byCode(tx: Tx, _kind: TargetKind, codes: readonly string[], locale: Locale): Promise<MapTarget[]> {
    const refs = await this.courses.refs(tx, { codes: [...codes] });
    const cards = await this.courses.cards(
      tx,
      refs.map((r) => r.id),
      locale,
    );
    return refs.map((r) => ({
      kind: 'course',
      code: r.code,
      id: r.id,
      title: cards.get(r.id)?.title ?? r.code,
      minutes: r.minutes,
      units: r.unitCount,
      status: statusOf(r.status, r.versionId),
    }));
  }

  async search(tx: Tx, _kind: TargetKind, text: string, locale: Locale): Promise<MapTarget[]> {
    const found = await this.courses.search(tx, text, locale, SEARCH_LIMIT);
    return found.map((r) => ({
      kind: 'course',
      code: r.code,
      id: r.id,
      title: r.title,
      minutes: r.minutes,
      units: r.unitCount,
      status: 'published',
    }));
  }
}

@Injectable()
export class AssessmentTargets implements MapTargetSource, OnModuleInit {
  readonly kinds = ['quiz', 'exam'] as const;

  constructor(
    @Inject(Assessments) private readonly assessments: Assessments,
    @Inject(MapTargets) private readonly targets: MapTargets,
  ) {}

  onModuleInit(): void {
    this.targets.register(this);
  }

  async byCode(tx: Tx, kind: TargetKind, codes: readonly string[], locale: Locale): Promise<MapTarget[]> {
    const refs = (await this.assessments.refs(tx, { codes: [...codes] })).filter((r) => r.kind === kind);
    const cards = await this.assessments.cards(
      tx,
      refs.map((r) => r.id),
      locale,
    );
    return refs.map((r) => ({
      kind,
      code: r.code,
      id: r.id,
      title: cards.get(r.id)?.title ?? r.code,
      minutes: Math.round((r.durationSeconds ?? 0) / 60),
      units: 0,
      status: statusOf(r.status, r.versionId),
    }));
  }

  async search(tx: Tx, kind: TargetKind, text: string, locale: Locale): Promise<MapTarget[]> {
    const found = await this.assessments.list(
      { kind: kind === 'exam' ? 'exam' : 'quiz', ...(text.trim() ? { text: text.trim() } : {}) },
      locale,
      { first: SEARCH_LIMIT },
    );
    const targets = await this.byCode(
      tx,
      kind,
      found.edges.map((e) => e.node.code),
      locale,
    );
    return targets.filter((t) => t.status === 'published');
  }
}
