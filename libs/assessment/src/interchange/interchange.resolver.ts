import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { clampFirst, LOCALES, InvalidInput } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Db, type GqlContext, type Viewer } from '@waymark/platform';
import { PersonCardModel, PersonCards, personCardLoader } from '@waymark/identity';
import { IdPipe } from '../id.pipe.js';
import { toFilter } from '../question/question.resolver.js';
import {
  ImportOutcomeEnum,
  QuestionExportCheckModel,
  QuestionExportInput,
  QuestionImportModel,
  QuestionImportRowModel,
  toImportModel,
  toRowModel,
} from './interchange.model.js';
import { pageOfRows, type ImportOutcome } from './interchange.repository.js';
import { QuestionExports } from './question-exports.service.js';
import { QuestionImports } from './question-imports.service.js';

const REPORTED = 500;

@Resolver(() => QuestionImportModel)
export class InterchangeResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(QuestionImports) private readonly imports: QuestionImports,
    @Inject(QuestionExports) private readonly exports: QuestionExports,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => QuestionImportModel)
  @Allow('assessment:edit')
  async questionImport(@Args('id', { type: () => ID }, IdPipe) id: string): Promise<QuestionImportModel> {
    return toImportModel(await this.db.read((tx) => this.imports.find(tx, id)));
  }

  @Query(() => [QuestionImportModel])
  @Allow('assessment:edit')
  async questionImports(): Promise<QuestionImportModel[]> {
    return (await this.db.read((tx) => this.imports.list(tx))).map(toImportModel);
  }

  @Mutation(() => QuestionImportModel)
  @Allow('assessment:edit')
  async applyQuestionImport(@Args('id', { type: () => ID }, IdPipe) id: string): Promise<QuestionImportModel> {
    await this.imports.apply(id);
    return this.questionImport(id);
  }

  @Mutation(() => QuestionImportModel)
  @Allow('assessment:edit')
  async cancelQuestionImport(@Args('id', { type: () => ID }, IdPipe) id: string): Promise<QuestionImportModel> {
    await this.imports.cancel(id);
    return this.questionImport(id);
  }

  @Query(() => QuestionExportCheckModel)
  @Allow('assessment:edit')
  async questionExportCheck(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: QuestionExportInput,
    @Args('locale') words: string,
  ): Promise<QuestionExportCheckModel> {
    const locale = LOCALES.find((l) => l === words);
    if (!locale) throw new InvalidInput('locale-unknown');
    const { format, ...filter } = input;
    const { count, report } = await this.exports.check(viewer, { filter: toFilter(filter), format, locale });
    return { count, incomplete: report.length, report: report.slice(0, REPORTED) };
  }

  @ResolveField(() => [QuestionImportRowModel])
  async rows(
    @Parent() parent: QuestionImportModel,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => Int, nullable: true }) after: number | null,
    @Args('outcome', { type: () => ImportOutcomeEnum, nullable: true }) outcome: ImportOutcome | null,
  ): Promise<QuestionImportRowModel[]> {
    const found = await this.db.read((tx) => pageOfRows(tx, parent.id, outcome ?? null, after ?? 0, clampFirst(first)));
    return found.map(toRowModel);
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  createdBy(@Parent() parent: QuestionImportModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return personCardLoader(ctx, this.cards).load(parent.run.createdBy);
  }
}
