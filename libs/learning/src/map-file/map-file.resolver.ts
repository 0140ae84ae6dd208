import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards } from '@waymark/identity';
import { InvalidInput, pickText } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Db, TextInputModel, toText, type GqlContext, type Viewer } from '@waymark/platform';
import { LearningMapModel } from '../learning-map/learning-map.model.js';
import { LearningMapResolver } from '../learning-map/learning-map.resolver.js';
import { LearningMaps } from '../learning-map/learning-maps.service.js';
import { MapEditing } from '../map-editing/map-editing.service.js';
import { MAP_TEMPLATES } from '../map-template/map-template.js';
import { MapFileCheckModel, MapFileReplacesModel, MapTemplateModel } from './map-file.model.js';
import { MapFiles } from './map-files.service.js';

/** Other beginnings of a map than an empty page: a template, a file. */
@Resolver()
export class MapFileResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(MapFiles) private readonly files: MapFiles,
    @Inject(LearningMaps) private readonly maps: LearningMaps,
    @Inject(LearningMapResolver) private readonly learningMaps: LearningMapResolver,
    @Inject(MapEditing) private readonly editing: MapEditing,
  ) {}

  @Query(() => [MapTemplateModel], { description: 'Maps to start from; courses and exams are chosen afterwards' })
  @Allow('learning:edit-maps')
  mapTemplates(@CurrentViewer() viewer: Viewer): MapTemplateModel[] {
    return MAP_TEMPLATES.map(({ code, draft }) => ({
      code,
      title: pickText(draft.title, viewer.locale),
      summary: pickText(draft.summary, viewer.locale),
      days: draft.days,
      stages: draft.stages.map((s) => pickText(s.title, viewer.locale)),
      nodes: draft.nodes.length,
    }));
  }

  @Mutation(() => LearningMapModel)
  @Allow('learning:edit-maps')
  async createMapFromTemplate(
    @Args('template') template: string,
    @Args('code') code: string,
    @Args('title') title: TextInputModel,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningMapModel> {
    const found = MAP_TEMPLATES.find((t) => t.code === template);
    if (!found)
      throw new InvalidInput('value-not-allowed', { field: 'template', allowed: MAP_TEMPLATES.map((t) => t.code) });
    const given = toText(title);
    await this.maps.create(viewer.personId, {
      code,
      title: given,
      document: { ...found.draft, title: given },
    });
    return this.learningMaps.learningMap(code, viewer);
  }

  @Query(() => MapFileCheckModel, { description: 'The dry run of an import: names every problem by its place' })
  @Allow('learning:edit-maps')
  async checkMapFile(
    @Args('text', { description: 'The file, as docs/map-file.md describes it' }) text: string,
    @Args('code', { type: () => String, nullable: true, description: "Instead of the file's" }) code: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapFileCheckModel> {
    const check = await this.db.read((tx) => this.files.check(tx, text, code ?? null, viewer.locale));
    return { ...check, title: pickText(check.title, viewer.locale) };
  }

  @Mutation(() => LearningMapModel, { description: "A new map; BadUserInput 'map-file-has-problems' names the places" })
  @Allow('learning:edit-maps')
  async importMap(
    @Args('text') text: string,
    @Args('code', { type: () => String, nullable: true }) code: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningMapModel> {
    return this.learningMaps.learningMap(
      await this.files.import(viewer.personId, text, code ?? null, viewer.locale),
      viewer,
    );
  }

  @Mutation(() => LearningMapModel, {
    description: "The file as the draft of the map with its code; Conflict 'changed-meanwhile' after a later save",
  })
  @Allow('learning:edit-maps')
  async replaceMapDraft(
    @Args('text') text: string,
    @Args('code', { type: () => String, nullable: true, description: "Instead of the file's" }) code: string | null,
    @Args('revision', { type: () => Int, nullable: true, description: 'Of the draft that goes; null: there is none' })
    revision: number | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningMapModel> {
    const { personId, locale } = viewer;
    const done = await this.files.replace(personId, text, code ?? null, revision ?? null, locale);
    await this.editing.tell(done.draft.mapId, { kind: 'replaced', personId, revision: done.draft.revision });
    return this.learningMaps.learningMap(done.code, viewer);
  }
}

@Resolver(() => MapFileReplacesModel)
export class MapFileReplacesResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  updatedBy(@Parent() draft: MapFileReplacesModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return draft.updatedById ? personCardLoader(ctx, this.cards).load(draft.updatedById) : null;
  }
}
