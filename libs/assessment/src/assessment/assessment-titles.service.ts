import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SubjectTitles, type TitleLookup } from '@waymark/platform';
import { Assessments } from './assessments.service.js';

/** What quizzes and exams are called, for lists that know only their ids. */
@Injectable()
export class AssessmentTitles implements OnModuleInit {
  constructor(
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
    @Inject(Assessments) private readonly assessments: Assessments,
  ) {}

  onModuleInit(): void {
    const lookup: TitleLookup = async (tx, ids, locale) => {
      const cards = await this.assessments.cards(tx, ids, locale);
      return new Map([...cards].map(([id, card]) => [id, card.title]));
    };
    this.titles.register('quiz', lookup);
    this.titles.register('exam', lookup);
  }
}
