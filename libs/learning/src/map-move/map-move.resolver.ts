import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards } from '@waymark/identity';
import { clampFirst, decodeCursor, encodeCursor, NotFound } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Db, toConnection, type GqlContext, type Viewer } from '@waymark/platform';
import {
  MapMovePreviewConnection,
  MapMovePreviewModel,
  MapMoveRunModel,
  MapWhatIfModel,
  MapWhatIfPersonModel,
} from './map-move.model.js';
import { MapMoveRepository } from './map-move.repository.js';
import { MapMoves } from './map-moves.service.js';
import { MapWhatIf } from './map-what-if.service.js';
import { SLIP_FROM } from './what-if.js';

const RUNS = 20;

@Resolver(() => MapMoveRunModel)
export class MapMoveResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(MapMoves) private readonly moves: MapMoves,
    @Inject(MapWhatIf) private readonly whatIf: MapWhatIf,
    @Inject(MapMoveRepository) private readonly repository: MapMoveRepository,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => MapWhatIfModel)
  @Allow('learning:assign')
  async mapWhatIf(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('versionId', { type: () => ID, nullable: true, description: 'The draft when left out' })
    versionId: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapWhatIfModel> {
    const found = await this.db.read((tx) => this.whatIf.all(tx, viewer, mapId, versionId ?? null));
    return {
      ...found,
      slips: SLIP_FROM.map((from, i) => ({
        from,
        to: (SLIP_FROM[i + 1] ?? 0) - 1 > 0 ? (SLIP_FROM[i + 1] as number) - 1 : null,
        people: found.slips[i] ?? 0,
      })),
    };
  }

  @Query(() => MapMovePreviewConnection, { description: 'Person by person, by name' })
  @Allow('learning:assign')
  async mapMovePreview(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('versionId', { type: () => ID, nullable: true, description: 'The draft when left out' })
    versionId: string | null,
    @Args('search', { type: () => String, nullable: true }) search: string | null,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapMovePreviewConnection> {
    const [name, id] = after ? decodeCursor(after) : [];
    const { list, hasNextPage } = await this.db.read((tx) =>
      this.whatIf.page(tx, viewer, {
        mapId,
        versionId: versionId ?? null,
        search: search?.slice(0, 80) ?? null,
        first: clampFirst(first),
        after: after ? { name: String(name), id: String(id) } : null,
      }),
    );
    const page = toConnection(
      list,
      list.length,
      (r) => encodeCursor([r.name, r.enrolmentId]),
      (r): MapMovePreviewModel => r,
    );
    return { ...page, pageInfo: { ...page.pageInfo, hasNextPage } };
  }

  @Query(() => [MapMoveRunModel], { description: 'Newest first' })
  @Allow('learning:assign')
  mapMoveRuns(@Args('mapId', { type: () => ID }) mapId: string): Promise<MapMoveRunModel[]> {
    return this.db.read((tx) => this.repository.runs(tx, mapId, RUNS));
  }

  @Query(() => MapMoveRunModel)
  @Allow('learning:assign')
  async mapMoveRun(@Args('id', { type: () => ID }) id: string): Promise<MapMoveRunModel> {
    const run = await this.db.read((tx) => this.repository.run(tx, id));
    if (!run) throw new NotFound('map-move-unknown');
    return run;
  }

  @Mutation(() => MapMoveRunModel, {
    description: 'Takes chosen people, or all in flight in scope, to a version; more than a hundred in the background',
  })
  @Allow('learning:assign')
  moveEnrolments(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('versionId', { type: () => ID }) versionId: string,
    @Args('enrolmentIds', { type: () => [ID], nullable: true }) enrolmentIds: string[] | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MapMoveRunModel> {
    return this.db.transaction((tx) =>
      this.moves.start(tx, viewer, { mapId, versionId, chosen: enrolmentIds ?? 'all', actorId: viewer.personId }),
    );
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  by(@Parent() run: MapMoveRunModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return run.createdBy ? personCardLoader(ctx, this.cards).load(run.createdBy) : null;
  }
}

@Resolver(() => MapMovePreviewModel)
export class MapMovePreviewResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async person(@Parent() row: MapMovePreviewModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(row.personId)) as PersonCardModel;
  }
}

@Resolver(() => MapWhatIfPersonModel)
export class MapWhatIfPersonResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async person(@Parent() row: MapWhatIfPersonModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(row.personId)) as PersonCardModel;
  }
}
