import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar, JsonScalar } from '@waymark/platform';

@ObjectType('MapFileProblem')
export class MapFileProblemModel {
  @Field({ description: 'A path into the file, such as map.nodes[3].kind, or line and column' })
  place: string;
  @Field(() => String, { nullable: true, description: 'Key of the node or stage there' })
  key: string | null;
  @Field()
  code: string;
  @Field(() => JsonScalar)
  params: object;
  @Field({ description: 'The file cannot be imported with it; the others only keep the map from being published' })
  blocking: boolean;
}

@ObjectType('MapFileReplaces', { description: 'The map that has the code already, and its draft' })
export class MapFileReplacesModel {
  @Field(() => ID)
  mapId: string;
  @Field()
  title: string;
  @Field(() => Int, { nullable: true, description: 'Of the draft that would go; null: one would be opened' })
  revision: number | null;
  @Field(() => DateTimeScalar, { nullable: true })
  updatedAt: Date | null;
  updatedById: string | null;
}

@ObjectType('MapFileCheck')
export class MapFileCheckModel {
  @Field(() => String, { nullable: true })
  code: string | null;
  @Field()
  title: string;
  @Field(() => Int)
  stages: number;
  @Field(() => Int)
  nodes: number;
  @Field()
  importable: boolean;
  @Field(() => MapFileReplacesModel, {
    nullable: true,
    description: 'The file could become the draft of this map instead of a new map',
  })
  replaces: MapFileReplacesModel | null;
  @Field(() => [MapFileProblemModel], { description: 'What blocks first; at most 100 of a sort' })
  problems: MapFileProblemModel[];
}

@ObjectType('MapTemplate')
export class MapTemplateModel {
  @Field()
  code: string;
  @Field()
  title: string;
  @Field()
  summary: string;
  @Field(() => Int)
  days: number;
  @Field(() => [String])
  stages: string[];
  @Field(() => Int)
  nodes: number;
}
