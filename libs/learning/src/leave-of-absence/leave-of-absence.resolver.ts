import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards } from '@waymark/identity';
import { Allow, Ctx, CurrentViewer, Db, LocalDayScalar, type GqlContext, type Viewer } from '@waymark/platform';
import { LeaveOfAbsenceInput, LeaveOfAbsenceModel } from './leave-of-absence.model.js';
import { LeavesOfAbsence } from './leaves-of-absence.service.js';

@Resolver(() => LeaveOfAbsenceModel)
export class LeaveOfAbsenceResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(LeavesOfAbsence) private readonly leaves: LeavesOfAbsence,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => [LeaveOfAbsenceModel], { description: 'Of a person, the newest first' })
  @Allow('signed-in')
  leavesOfAbsence(
    @Args('personId', { type: () => ID }) personId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LeaveOfAbsenceModel[]> {
    return this.db.read((tx) => this.leaves.of(tx, viewer, personId));
  }

  @Mutation(() => [LeaveOfAbsenceModel], { description: 'Due days after the first day away move on, nudges pause' })
  @Allow('learning:waive')
  async recordLeave(
    @Args('input') input: LeaveOfAbsenceInput,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LeaveOfAbsenceModel[]> {
    await this.leaves.record(viewer, input);
    return this.leavesOfAbsence(input.personId, viewer);
  }

  @Mutation(() => [LeaveOfAbsenceModel])
  @Allow('learning:waive')
  async changeLeave(
    @Args('id', { type: () => ID }) id: string,
    @Args('fromDay', { type: () => LocalDayScalar }) fromDay: string,
    @Args('toDay', { type: () => LocalDayScalar }) toDay: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LeaveOfAbsenceModel[]> {
    return this.leavesOfAbsence(await this.leaves.change(viewer, id, fromDay, toDay), viewer);
  }

  @Mutation(() => [LeaveOfAbsenceModel])
  @Allow('learning:waive')
  async cancelLeave(
    @Args('id', { type: () => ID }) id: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LeaveOfAbsenceModel[]> {
    return this.leavesOfAbsence(await this.leaves.cancel(viewer, id), viewer);
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  by(@Parent() leave: LeaveOfAbsenceModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return leave.createdBy ? personCardLoader(ctx, this.cards).load(leave.createdBy) : null;
  }
}
