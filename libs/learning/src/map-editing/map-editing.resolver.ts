import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards } from '@waymark/identity';
import { InvalidInput } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Db, type GqlContext, type Viewer } from '@waymark/platform';
import { LearningMaps } from '../learning-map/learning-maps.service.js';
import { MapEditModel } from './map-editing.model.js';
import { MapEditing, type MapEdit } from './map-editing.service.js';

const EDITOR = /^[\w-]{8,40}$/;
const KEY = /^[a-z0-9][a-z0-9-]{0,62}$/;

@Resolver(() => MapEditModel)
export class MapEditResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(LearningMaps) private readonly maps: LearningMaps,
    @Inject(MapEditing) private readonly editing: MapEditing,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Mutation(() => Boolean, {
    description: 'Tells the others that one is at a map, and at which node; said again from time to time',
  })
  @Allow('learning:edit-maps')
  async tellMapEditors(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('editorId') editorId: string,
    @Args('nodeKey', { type: () => String, nullable: true }) nodeKey: string | null,
    @Args('leaving', { type: () => Boolean, defaultValue: false }) leaving: boolean,
    @CurrentViewer() viewer: Viewer,
  ): Promise<boolean> {
    if (!EDITOR.test(editorId)) throw new InvalidInput('input-invalid', { fields: ['editorId'] });
    if (nodeKey && !KEY.test(nodeKey)) throw new InvalidInput('input-invalid', { fields: ['nodeKey'] });
    await this.db.read((tx) => this.maps.find(tx, mapId));
    await this.editing.tell(mapId, {
      kind: leaving ? 'gone' : 'here',
      personId: viewer.personId,
      editorId,
      nodeKey: nodeKey ?? null,
    });
    return true;
  }

  @Subscription(() => MapEditModel, {
    description: 'What others do to the draft of a map, and who has it open',
    resolve: (edit: MapEdit): MapEdit => edit,
  })
  @Allow('learning:read-maps')
  async mapEdited(@Args('mapId', { type: () => ID }) mapId: string): Promise<AsyncIterableIterator<MapEdit>> {
    await this.db.read((tx) => this.maps.find(tx, mapId));
    return this.editing.listen(mapId);
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  person(@Parent() edit: MapEditModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return edit.personId ? personCardLoader(ctx, this.cards).load(edit.personId) : null;
  }
}
