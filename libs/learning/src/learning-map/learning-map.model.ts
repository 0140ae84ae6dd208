import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar, JsonScalar } from '@waymark/platform';

@ObjectType('MapProblem')
export class MapProblemModel {
  @Field({ description: 'The codes of mapProblems in the rules of this lib' })
  code: string;
  @Field({ description: 'error: keeps the draft from being published; warning' })
  severity: string;
  @Field(() => [String])
  nodeKeys: string[];
  @Field(() => String, { nullable: true })
  stageKey: string | null;
  @Field(() => JsonScalar)
  params: object;
}

@ObjectType('MapDraft')
export class MapDraftModel {
  @Field(() => ID)
  mapId: string;
  @Field(() => Int)
  revision: number;
  @Field(() => DateTimeScalar)
  updatedAt: Date;
  @Field(() => Int, { nullable: true })
  basedOnNumber: number | null;
  @Field(() => JsonScalar, {
    description: 'MapDraft of the rules: texts in all languages, targets by code, prerequisites by key',
  })
  document: object;
  @Field(() => [MapProblemModel])
  problems: MapProblemModel[];
  updatedById: string | null;
}

@ObjectType('MapVersion')
export class MapVersionModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  number: number;
  @Field()
  summary: string;
  @Field(() => Int)
  nodes: number;
  @Field(() => Int)
  days: number;
  @Field(() => DateTimeScalar)
  publishedAt: Date;
  @Field(() => Int)
  openEnrolments: number;
  @Field(() => Int, { nullable: true, description: 'Number of the older version this one brought back' })
  restoredFrom: number | null;
  @Field()
  documentUrl: string;
  publishedById: string | null;
}

@ObjectType('LearningMap')
export class LearningMapModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  title: string;
  @Field(() => ID, { nullable: true })
  jobRoleId: string | null;
  @Field({ description: 'draft, published or archived' })
  status: string;
  @Field(() => Int)
  openEnrolments: number;
  @Field()
  hasDraft: boolean;
  @Field(() => DateTimeScalar)
  updatedAt: Date;
  currentVersionId: string | null;
}

@ObjectType('MapFieldChange', {
  description: 'Titles instead of keys; empty where only the change of a long text is told',
})
export class MapFieldChangeModel {
  @Field()
  field: string;
  @Field(() => [String])
  from: string[];
  @Field(() => [String])
  to: string[];
}

@ObjectType('MapChange')
export class MapChangeModel {
  @Field({ description: 'map, stage or node' })
  of: string;
  @Field({ description: 'added, removed or changed' })
  kind: string;
  @Field({ description: 'Key of the node or stage' })
  nodeKey: string;
  @Field()
  title: string;
  @Field(() => [String])
  fields: string[];
  @Field(() => [MapFieldChangeModel])
  details: MapFieldChangeModel[];
}

@ObjectType('MapPublishPreview')
export class MapPublishPreviewModel {
  @Field(() => Int)
  number: number;
  @Field(() => [MapProblemModel])
  problems: MapProblemModel[];
  @Field(() => [MapChangeModel])
  changes: MapChangeModel[];
  @Field(() => Int)
  openEnrolments: number;
  @Field(() => Int, { description: 'Nodes that people in flight have completed and would keep' })
  completedKept: number;
  @Field(() => Int)
  newNodes: number;
  @Field(() => Int)
  droppedNodes: number;
  @Field(() => Int, { description: 'Minutes of required nodes in the current version' })
  minutesBefore: number;
  @Field(() => Int)
  minutesAfter: number;
}

@ObjectType('MapTarget')
export class MapTargetModel {
  @Field()
  kind: string;
  @Field()
  code: string;
  @Field(() => ID)
  id: string;
  @Field()
  title: string;
  @Field(() => Int)
  minutes: number;
  @Field()
  status: string;
}
