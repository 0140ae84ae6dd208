import { Inject } from '@nestjs/common';
import { Args, Field, ID, InputType, Int, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards } from '@waymark/identity';
import { Allow, Ctx, CurrentViewer, Db, LocalDayScalar, type GqlContext, type Viewer } from '@waymark/platform';
import { ArrayMaxSize, ArrayNotEmpty, IsInt, IsOptional, IsUUID, Length, Matches, Max, Min } from 'class-validator';
import { LearnerNodeModel, NodeDecisionModel } from '../enrolment/learner-map.model.js';
import { LearnerMaps } from '../enrolment/learner-map.service.js';
import { NodeDecisions } from './node-decisions.service.js';

@ObjectType('ExtendResult')
export class ExtendResultModel {
  @Field(() => Int)
  people: number;
  @Field(() => Int)
  nodes: number;
  @Field(() => Int, {
    description: 'People with nothing to extend: done with it, not on a map now, or with as much time already',
  })
  skipped: number;
}

@InputType('ExtendDueDaysInput')
export class ExtendDueDaysInput {
  @Field(() => [ID])
  @ArrayNotEmpty()
  @ArrayMaxSize(2_000)
  @IsUUID('all', { each: true })
  enrolmentIds: string[];
  @Field(() => String, { nullable: true, description: 'Everything open with a due day when left out' })
  @IsOptional()
  @Length(1, 63)
  nodeKey?: string | null;
  @Field(() => Int, { nullable: true, description: 'Days more; or give dueOn' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(365)
  days?: number | null;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  dueOn?: string | null;
  @Field()
  @Length(1, 500)
  reason: string;
}

@Resolver(() => NodeDecisionModel)
export class NodeDecisionResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(NodeDecisions) private readonly decisions: NodeDecisions,
    @Inject(LearnerMaps) private readonly maps: LearnerMaps,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Mutation(() => LearnerNodeModel)
  @Allow('learning:waive')
  async waiveNode(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('nodeId', { type: () => ID }) nodeId: string,
    @Args('reason') reason: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearnerNodeModel> {
    await this.decisions.waive(viewer, enrolmentId, nodeId, reason);
    return this.node(viewer, enrolmentId, nodeId);
  }

  @Mutation(() => LearnerNodeModel, { description: 'The node has to be done after all' })
  @Allow('learning:waive')
  async unwaiveNode(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('nodeId', { type: () => ID }) nodeId: string,
    @Args('reason') reason: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearnerNodeModel> {
    await this.decisions.unwaive(viewer, enrolmentId, nodeId, reason);
    return this.node(viewer, enrolmentId, nodeId);
  }

  @Mutation(() => LearnerNodeModel)
  @Allow('learning:waive')
  async extendDueDay(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('nodeId', { type: () => ID }) nodeId: string,
    @Args('dueOn', { type: () => LocalDayScalar }) dueOn: string,
    @Args('reason') reason: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearnerNodeModel> {
    await this.decisions.extend(viewer, enrolmentId, nodeId, dueOn, reason);
    return this.node(viewer, enrolmentId, nodeId);
  }

  @Mutation(() => LearnerNodeModel, { description: 'The due day of the map holds again' })
  @Allow('learning:waive')
  async unextendDueDay(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('nodeId', { type: () => ID }) nodeId: string,
    @Args('reason') reason: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearnerNodeModel> {
    await this.decisions.unextend(viewer, enrolmentId, nodeId, reason);
    return this.node(viewer, enrolmentId, nodeId);
  }

  @Mutation(() => ExtendResultModel, { description: 'More time for several people' })
  @Allow('learning:waive')
  extendDueDays(@Args('input') input: ExtendDueDaysInput, @CurrentViewer() viewer: Viewer): Promise<ExtendResultModel> {
    return this.decisions.extendMany(viewer, input);
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  by(@Parent() decision: NodeDecisionModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return decision.byId ? personCardLoader(ctx, this.cards).load(decision.byId) : null;
  }

  private node(viewer: Viewer, enrolmentId: string, nodeId: string): Promise<LearnerNodeModel> {
    return this.db.read((tx) => this.maps.node(tx, viewer, enrolmentId, nodeId));
  }
}
