import { Injectable } from '@nestjs/common';
import type { Locale } from '@waymark/kernel';
import type { Tx } from '@waymark/platform';
import type { TargetKind } from './learning-map.js';
import type { TargetStatus } from './map-problem.js';

export interface MapTarget {
  kind: TargetKind;
  code: string;
  id: string;
  title: string;
  minutes: number;
  /** Lessons of a course; 0 where there is nothing to count. */
  units: number;
  status: TargetStatus;
}

/** What a kind of target can tell about itself; one for courses, one for quizzes and exams. */
export interface MapTargetSource {
  readonly kinds: readonly TargetKind[];
  byCode(tx: Tx, kind: TargetKind, codes: readonly string[], locale: Locale): Promise<MapTarget[]>;
  search(tx: Tx, kind: TargetKind, text: string, locale: Locale): Promise<MapTarget[]>;
}

/** Everything a node can point at, by kind and code. */
@Injectable()
export class MapTargets {
  private readonly sources = new Map<TargetKind, MapTargetSource>();

  register(source: MapTargetSource): void {
    for (const kind of source.kinds) this.sources.set(kind, source);
  }

  /** Found targets by `kind:code`. */
  async resolve(
    tx: Tx,
    wanted: readonly { kind: TargetKind; code: string }[],
    locale: Locale = 'zh-CN',
  ): Promise<Map<string, MapTarget>> {
    const out = new Map<string, MapTarget>();
    for (const [kind, source] of this.sources) {
      const codes = [...new Set(wanted.filter((w) => w.kind === kind).map((w) => w.code))];
      if (codes.length === 0) continue;
      for (const t of await source.byCode(tx, kind, codes, locale)) out.set(`${kind}:${t.code}`, t);
    }
    return out;
  }

  async search(tx: Tx, kind: TargetKind, text: string, locale: Locale): Promise<MapTarget[]> {
    return (await this.sources.get(kind)?.search(tx, kind, text, locale)) ?? [];
  }
}
