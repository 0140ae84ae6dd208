import { Injectable } from '@nestjs/common';
import type { LocalDay, Locale } from '@waymark/kernel';
import type { Tx } from '@waymark/platform';

export interface TalentMap {
  title: string;
  startDay: LocalDay;
  status: string;
  done: number;
  total: number;
  overdue: number;
}
export interface TalentMilestone {
  title: string;
  state: string;
  decidedOn: LocalDay | null;
}
export interface TalentCourse {
  title: string;
  completedOn: LocalDay;
  minutes: number;
}
export interface TalentResult {
  title: string;
  kind: string;
  attempts: number;
  score: number | null;
  passed: boolean | null;
  topics: { title: string; score: number }[];
}
export interface TalentCertificate {
  title: string;
  number: string;
  issuedOn: LocalDay;
  expiresOn: LocalDay | null;
  state: string;
}
export interface TalentPairing {
  /** The other one. */
  partnerId: string;
  /** What the person of the file was in it. */
  role: 'mentor' | 'learner';
  startDay: LocalDay;
  endDay: LocalDay;
  ended: boolean;
  held: number;
  missed: number;
}

export interface TalentSections {
  maps: TalentMap[];
  milestones: TalentMilestone[];
  courses: TalentCourse[];
  results: TalentResult[];
  certificates: TalentCertificate[];
  pairings: TalentPairing[];
}

export interface TalentRequest {
  personId: string;
  locale: Locale;
  /** Results per topic are asked for. */
  topics: boolean;
}

type Source<K extends keyof TalentSections> = (tx: Tx, request: TalentRequest) => Promise<TalentSections[K]>;

/** Each lib says what it has for a talent file. Who may ask is settled before: a source answers whom it is asked about. */
@Injectable()
export class TalentFileRegistry {
  private readonly sources: { [K in keyof TalentSections]?: Source<K> } = {};

  contribute<K extends keyof TalentSections>(section: K, source: Source<K>): void {
    if (this.sources[section]) throw new Error(`Two sources of the talent file's ${section}`);
    (this.sources as Record<string, unknown>)[section] = source;
  }

  async load<K extends keyof TalentSections>(tx: Tx, section: K, request: TalentRequest): Promise<TalentSections[K]> {
    const source = this.sources[section] as Source<K> | undefined;
    return source ? source(tx, request) : ([] as unknown as TalentSections[K]);
  }
}
