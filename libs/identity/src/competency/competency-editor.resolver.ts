import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { InvalidInput, isUuid, NotFound, pickText } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  Db,
  TextInputModel,
  toText,
  type GqlContext,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import { CompetencyEditor } from './competency-editor.service.js';
import { CompetencyInputModel } from './competency.inputs.js';
import {
  CompetencyModelDraftModel,
  CompetencyVersionModel,
  EditedCompetencyModel,
  toEdited,
  toLevelWords,
} from './competency.model.js';
import { toLevels } from './competency.resolver.js';
import { Competencies } from './competency.service.js';

/** The desk of L&D: what the competency model says, and what it has said. */
@Resolver(() => EditedCompetencyModel)
export class CompetencyEditorResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(CompetencyEditor) private readonly editor: CompetencyEditor,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => CompetencyModelDraftModel)
  @Allow('identity:edit-competencies')
  competencyModelForEdit(@CurrentViewer() viewer: Viewer): Promise<CompetencyModelDraftModel> {
    return this.db.read((tx) => this.draft(tx, viewer));
  }

  @Query(() => [CompetencyVersionModel], { description: 'What a dimension has said, newest first' })
  @Allow('identity:edit-competencies')
  async competencyVersions(
    @CurrentViewer() viewer: Viewer,
    @Args('dimensionId', { type: () => ID }) dimensionId: string,
  ): Promise<CompetencyVersionModel[]> {
    if (!isUuid(dimensionId)) throw new NotFound('competency-unknown');
    return (await this.db.read((tx) => this.editor.versions(tx, dimensionId))).map((v) => ({
      version: v.version,
      sense: v.sense,
      name: pickText(v.words.name, viewer.locale),
      description: pickText(v.words.description, viewer.locale) || null,
      levels: toLevelWords(v.words.levels, viewer.locale),
      at: v.createdAt,
      authorId: v.authorId,
    }));
  }

  @Mutation(() => CompetencyModelDraftModel)
  @Allow('identity:edit-competencies')
  saveCompetency(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: CompetencyInputModel,
  ): Promise<CompetencyModelDraftModel> {
    return this.db.transaction(async (tx) => {
      await this.editor.save(tx, viewer.personId, {
        ...input,
        name: toText(input.name),
        description: toText(input.description),
        levels: input.levels.map((l) => ({
          level: l.level,
          description: toText(l.description),
          evidence: toText(l.evidence),
        })),
      });
      return this.draft(tx, viewer);
    });
  }

  @Mutation(() => CompetencyModelDraftModel)
  @Allow('identity:edit-competencies')
  orderCompetencies(
    @CurrentViewer() viewer: Viewer,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<CompetencyModelDraftModel> {
    if (ids.length > 100 || ids.some((id) => !isUuid(id))) throw new InvalidInput('id-invalid');
    return this.db.transaction(async (tx) => {
      await this.editor.order(tx, viewer.personId, ids);
      return this.draft(tx, viewer);
    });
  }

  @Mutation(() => CompetencyModelDraftModel)
  @Allow('identity:edit-competencies')
  archiveCompetency(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
    @Args('archived') archived: boolean,
  ): Promise<CompetencyModelDraftModel> {
    if (!isUuid(id)) throw new NotFound('competency-unknown');
    return this.db.transaction(async (tx) => {
      await this.editor.archive(tx, viewer.personId, id, archived);
      return this.draft(tx, viewer);
    });
  }

  @Mutation(() => CompetencyModelDraftModel, { description: 'Names a level, or adds the next one on top' })
  @Allow('identity:edit-competencies')
  saveCompetencyLevel(
    @CurrentViewer() viewer: Viewer,
    @Args('level', { type: () => Int }) level: number,
    @Args('name') name: TextInputModel,
    @Args('code', { type: () => String, nullable: true }) code?: string | null,
  ): Promise<CompetencyModelDraftModel> {
    const text = toText(name);
    if (Object.values(text).some((n) => (n?.length ?? 0) > 60))
      throw new InvalidInput('competency-text-too-long', { field: 'name', max: 60 });
    return this.db.transaction(async (tx) => {
      await this.editor.saveLevel(tx, viewer.personId, level, code ?? null, text);
      return this.draft(tx, viewer);
    });
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  changedBy(@Parent() d: EditedCompetencyModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return d.changedById ? personCardLoader(ctx, this.cards).load(d.changedById) : null;
  }

  private async draft(tx: Tx, viewer: Viewer): Promise<CompetencyModelDraftModel> {
    return {
      levels: toLevels(await this.competencies.levels(tx), viewer.locale),
      dimensions: (await this.editor.list(tx)).map((d) => toEdited(d, viewer.locale)),
    };
  }
}

@Resolver(() => CompetencyVersionModel)
export class CompetencyVersionResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  by(@Parent() v: CompetencyVersionModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return v.authorId ? personCardLoader(ctx, this.cards).load(v.authorId) : null;
  }
}
