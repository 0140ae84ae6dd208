import { Injectable } from '@nestjs/common';
import type { Locale } from '@waymark/kernel';
import type { Tx } from '@waymark/platform';

export type CareerEvidenceKind = 'courses' | 'certifications';

export interface CareerEvidenceSource {
  /** Which of these, by code, the person has. */
  done(tx: Tx, personId: string, codes: readonly string[]): Promise<ReadonlySet<string>>;
  /** Titles by code, of what there is. */
  titles(tx: Tx, codes: readonly string[], locale: Locale): Promise<ReadonlyMap<string, string>>;
}

/** Where other libs say which courses and certifications, by code, a person has, and what these are called. */
@Injectable()
export class CareerEvidenceRegistry {
  private readonly sources = new Map<CareerEvidenceKind, CareerEvidenceSource>();

  contribute(kind: CareerEvidenceKind, source: CareerEvidenceSource): void {
    if (this.sources.has(kind)) throw new Error(`Two sources of career evidence for ${kind}`);
    this.sources.set(kind, source);
  }

  async done(
    tx: Tx,
    kind: CareerEvidenceKind,
    personId: string,
    codes: readonly string[],
  ): Promise<ReadonlySet<string>> {
    return codes.length === 0 ? new Set() : ((await this.sources.get(kind)?.done(tx, personId, codes)) ?? new Set());
  }

  async titles(
    tx: Tx,
    kind: CareerEvidenceKind,
    codes: readonly string[],
    locale: Locale,
  ): Promise<ReadonlyMap<string, string>> {
    return codes.length === 0 ? new Map() : ((await this.sources.get(kind)?.titles(tx, codes, locale)) ?? new Map());
  }
}
