import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards } from '@waymark/identity';
import { InvalidInput, isLocale, NotFound } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  Db,
  JsonScalar,
  TextInputModel,
  toText,
  type GqlContext,
  type Viewer,
} from '@waymark/platform';
import { isPace, PACES, previewDraft } from '../map-document/draft-preview.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { MapEditing } from '../map-editing/map-editing.service.js';
import {
  LearningMapModel,
  MapChangeModel,
  MapDraftModel,
  MapPublishPreviewModel,
  MapTargetModel,
  MapVersionModel,
} from './learning-map.model.js';
import { LearningMapRepository, type DraftRow, type MapRow, type VersionRow } from './learning-map.repository.js';
import { TARGET_KINDS, type TargetKind } from './learning-map.js';
import { LearningMaps, type PublishInput } from './learning-maps.service.js';
import { MapTargets } from './map-targets.service.js';

const MOVE =
  'none: people in flight stay on their version; all: they move with their progress; some: those of enrolmentIds';
const MOVES = ['none', 'all', 'some'] as const;
const MAX_SUMMARY = 1_000;

function publication(viewer: Viewer, summary: string, move: string, enrolmentIds: string[] | null): PublishInput {
  const how = MOVES.find((m) => m === move);
  if (!how) throw new InvalidInput('value-not-allowed', { field: 'move', allowed: MOVES });
  if (summary.length > MAX_SUMMARY) throw new InvalidInput('text-too-long', { max: MAX_SUMMARY });
  return { summary, move: how, viewer, ...(enrolmentIds ? { enrolmentIds } : {}) };
}

@Resolver(() => LearningMapModel)
export class LearningMapResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(LearningMaps) private readonly maps: LearningMaps,
    @Inject(LearningMapRepository) private readonly repository: LearningMapRepository,
    @Inject(MapTargets) private readonly targets: MapTargets,
    @Inject(MapEditing) private readonly editing: MapEditing,
  ) {}

  @Query(() => [LearningMapModel])
  @Allow('learning:read-maps')
  async learningMaps(
    @Args('status', { type: () => String, nullable: true }) status: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningMapModel[]> {
    return this.db.read(async (tx) => {
      const list = await this.repository.list(tx, status ?? null);
      const titles = await this.repository.titles(
        tx,
        list.map((m) => m.code),
        viewer.locale,
      );
      return list.map((m) => mapModel(m, titles.get(m.code) ?? m.code));
    });
  }

  @Query(() => LearningMapModel)
  @Allow('learning:read-maps')
  async learningMap(@Args('code') code: string, @CurrentViewer() viewer: Viewer): Promise<LearningMapModel> {
    return this.db.read(async (tx) => {
      const map = await this.repository.byCode(tx, code);
      if (!map) throw new NotFound('map-unknown');
      return mapModel(map, (await this.repository.titles(tx, [code], viewer.locale)).get(code) ?? code);
    });
  }

  @Query(() => MapPublishPreviewModel)
  @Allow('learning:read-maps')
  async mapPublishPreview(
    @Args('mapId', { type: () => ID }) mapId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapPublishPreviewModel> {
    return this.db.read((tx) => this.maps.publishPreview(tx, mapId, viewer.locale));
  }

  @Query(() => [MapChangeModel], { description: 'What a version changed against another one, or against nothing' })
  @Allow('learning:read-maps')
  mapVersionChanges(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('fromId', { type: () => ID, nullable: true }) fromId: string | null,
    @Args('toId', { type: () => ID }) toId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapChangeModel[]> {
    return this.db.read((tx) => this.maps.versionDifferences(tx, mapId, fromId ?? null, toId, viewer.locale));
  }

  @Query(() => [MapTargetModel], { description: 'Courses, quizzes or exams a node can point at' })
  @Allow('learning:read-maps')
  async mapTargets(
    @Args('kind') kind: string,
    @Args('search', { type: () => String, nullable: true }) search: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapTargetModel[]> {
    if (!(TARGET_KINDS as readonly string[]).includes(kind))
      throw new InvalidInput('value-not-allowed', { field: 'kind', allowed: TARGET_KINDS });
    return this.db.read((tx) =>
      this.targets.search(tx, kind as TargetKind, (search ?? '').slice(0, 80), viewer.locale),
    );
  }

  @Query(() => JsonScalar, {
    description: 'The draft as a learner would see it on a day of the path: { document, columns }',
  })
  @Allow('learning:read-maps')
  async mapDraftPreview(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('day', { type: () => Int }) day: number,
    @Args('locale', { type: () => String, nullable: true }) locale: string | null,
    @Args('pace', {
      type: () => String,
      defaultValue: 'nothing',
      description: 'nothing: nothing was done by then; on-time: everything that was due before that day was',
    })
    pace: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<object> {
    if (!isPace(pace)) throw new InvalidInput('value-not-allowed', { field: 'pace', allowed: [...PACES] });
    const draft = await this.db.read((tx) => this.repository.draft(tx, mapId));
    if (!draft) throw new NotFound('map-draft-unknown');
    return previewDraft(
      draft.mapId,
      draft.document,
      Math.max(0, Math.min(day, 1000)),
      locale && isLocale(locale) ? locale : viewer.locale,
      pace,
    );
  }

  @Mutation(() => LearningMapModel)
  @Allow('learning:edit-maps')
  async createMap(
    @Args('code') code: string,
    @Args('title') title: TextInputModel,
    @Args('jobRoleId', { type: () => ID, nullable: true }) jobRoleId: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningMapModel> {
    await this.maps.create(viewer.personId, { code, title: toText(title), jobRoleId });
    return this.learningMap(code, viewer);
  }

  @Mutation(() => LearningMapModel)
  @Allow('learning:edit-maps')
  async copyMap(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('code') code: string,
    @Args('title') title: TextInputModel,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningMapModel> {
    await this.maps.copy(viewer.personId, mapId, { code, title: toText(title) });
    return this.learningMap(code, viewer);
  }

  @Mutation(() => LearningMapModel)
  @Allow('learning:publish-maps')
  async archiveMap(
    @Args('mapId', { type: () => ID }) mapId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningMapModel> {
    await this.maps.archive(viewer.personId, mapId);
    return this.byId(mapId, viewer);
  }

  @Mutation(() => MapDraftModel, { description: 'Opens a draft from the current version when there is none' })
  @Allow('learning:edit-maps')
  async startMapDraft(
    @Args('mapId', { type: () => ID }) mapId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapDraftModel> {
    return this.draftModel(await this.maps.startDraft(viewer.personId, mapId), viewer);
  }

  @Mutation(() => MapDraftModel, {
    description: "Saves the whole draft; Conflict 'changed-meanwhile' when somebody saved after the revision",
  })
  @Allow('learning:edit-maps')
  async saveMapDraft(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('document', { type: () => JsonScalar }) document: object,
    @Args('editorId', { type: () => String, nullable: true, description: 'The page it comes from' })
    editorId: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapDraftModel> {
    const saved = await this.maps.saveDraft(viewer.personId, mapId, revision, document);
    await this.editing.tell(mapId, {
      kind: 'saved',
      personId: viewer.personId,
      editorId: editorId ? editorId.slice(0, 40) : null,
      revision: saved.revision,
    });
    return this.draftModel(saved, viewer);
  }

  @Mutation(() => LearningMapModel)
  @Allow('learning:edit-maps')
  async discardMapDraft(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('revision', { type: () => Int }) revision: number,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningMapModel> {
    await this.maps.discardDraft(viewer.personId, mapId, revision);
    await this.editing.tell(mapId, { kind: 'discarded', personId: viewer.personId });
    return this.byId(mapId, viewer);
  }

  @Mutation(() => LearningMapModel)
  @Allow('learning:publish-maps')
  async publishMap(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('summary') summary: string,
    @Args('move', { description: MOVE })
    move: string,
    @Args('enrolmentIds', { type: () => [ID], nullable: true }) enrolmentIds: string[] | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningMapModel> {
    const input = publication(viewer, summary, move, enrolmentIds);
    await this.maps.publish(viewer.personId, mapId, { ...input, revision });
    await this.editing.tell(mapId, { kind: 'published', personId: viewer.personId });
    return this.byId(mapId, viewer);
  }

  @Mutation(() => LearningMapModel, { description: 'Publishes an older version again, as a new one' })
  @Allow('learning:publish-maps')
  async rollBackMap(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('versionId', { type: () => ID }) versionId: string,
    @Args('summary') summary: string,
    @Args('move', { description: MOVE }) move: string,
    @Args('enrolmentIds', { type: () => [ID], nullable: true }) enrolmentIds: string[] | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningMapModel> {
    await this.maps.rollBack(viewer.personId, mapId, versionId, publication(viewer, summary, move, enrolmentIds));
    return this.byId(mapId, viewer);
  }

  @ResolveField(() => [MapVersionModel], { description: 'Newest first' })
  async versions(
    @Parent() map: LearningMapModel,
    @Ctx() ctx: GqlContext,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapVersionModel[]> {
    return ((await this.versionLoader(ctx).load(map.id)) ?? []).map((v) => versionModel(v, viewer));
  }

  @ResolveField(() => MapVersionModel, { nullable: true })
  async currentVersion(
    @Parent() map: LearningMapModel,
    @Ctx() ctx: GqlContext,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapVersionModel | null> {
    const found = (await this.versionLoader(ctx).load(map.id))?.find((v) => v.id === map.currentVersionId);
    return found ? versionModel(found, viewer) : null;
  }

  @ResolveField(() => MapDraftModel, { nullable: true })
  async draft(@Parent() map: LearningMapModel, @CurrentViewer() viewer: Viewer): Promise<MapDraftModel | null> {
    if (!map.hasDraft) return null;
    const draft = await this.db.read((tx) => this.repository.draft(tx, map.id));
    return draft && this.draftModel(draft, viewer);
  }

  @ResolveField(() => JsonScalar, {
    nullable: true,
    description: 'The current version in the shape of a draft, to look at',
  })
  async publishedDocument(@Parent() map: LearningMapModel): Promise<object | null> {
    const { currentVersionId } = map;
    return currentVersionId ? this.db.read((tx) => this.maps.currentDocument(tx, currentVersionId)) : null;
  }

  private versionLoader(ctx: GqlContext) {
    return ctx.loaders.of<string, VersionRow[]>('mapVersions', (ids) =>
      this.db.read(async (tx) => {
        const out = new Map<string, VersionRow[]>(ids.map((id) => [id, []]));
        for (const v of await this.repository.versions(tx, ids)) out.get(v.mapId)?.push(v);
        return out;
      }),
    );
  }

  private async draftModel(draft: DraftRow, viewer: Viewer): Promise<MapDraftModel> {
    return {
      mapId: draft.mapId,
      revision: draft.revision,
      updatedAt: draft.updatedAt,
      basedOnNumber: draft.basedOnNumber,
      document: draft.document,
      problems: await this.db.read((tx) => this.maps.problems(tx, draft.document, viewer.locale)),
      updatedById: draft.updatedBy,
    };
  }

  private async byId(mapId: string, viewer: Viewer): Promise<LearningMapModel> {
    const { code } = await this.db.read((tx) => this.maps.find(tx, mapId));
    return this.learningMap(code, viewer);
  }
}

@Resolver(() => MapDraftModel)
export class MapDraftResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  updatedBy(@Parent() draft: MapDraftModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return draft.updatedById ? personCardLoader(ctx, this.cards).load(draft.updatedById) : null;
  }
}

@Resolver(() => MapVersionModel)
export class MapVersionResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  publishedBy(@Parent() version: MapVersionModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return version.publishedById ? personCardLoader(ctx, this.cards).load(version.publishedById) : null;
  }
}

function mapModel(map: MapRow, title: string): LearningMapModel {
  return {
    id: map.id,
    code: map.code,
    title,
    jobRoleId: map.jobRoleId,
    status: map.status,
    openEnrolments: map.openEnrolments,
    hasDraft: map.hasDraft,
    updatedAt: map.updatedAt,
    currentVersionId: map.currentVersionId,
  };
}

function versionModel(v: VersionRow, viewer: Viewer): MapVersionModel {
  return {
    id: v.id,
    number: v.number,
    summary: v.summary,
    nodes: v.nodes,
    days: v.days,
    publishedAt: v.publishedAt,
    openEnrolments: v.openEnrolments,
    restoredFrom: v.restoredFrom,
    documentUrl: MapDocuments.url(v.id, viewer.locale, v.textRevision),
    publishedById: v.publishedBy,
  };
}
