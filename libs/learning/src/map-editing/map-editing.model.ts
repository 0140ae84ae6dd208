import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('MapEdit')
export class MapEditModel {
  @Field({
    description:
      'saved, replaced (by a file), discarded, published; here, gone: somebody opened the builder, or left it',
  })
  kind: string;
  @Field(() => ID)
  mapId: string;
  @Field(() => String, { nullable: true, description: 'The page it came from' })
  editorId: string | null;
  @Field(() => Int, { nullable: true })
  revision: number | null;
  @Field(() => String, { nullable: true, description: 'The node they are at' })
  nodeKey: string | null;
  personId: string | null;
}
