import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, CurrentViewer, Db, type Viewer } from '@waymark/platform';
import { TodayModel } from '../today/today.model.js';
import { CHECK_IN_TARGET } from './check-in.js';
import { CheckInInput, CheckInsModel } from './check-in.model.js';
import { CheckIns, type CheckInsView } from './check-ins.service.js';

function checkInsModel(view: CheckInsView): CheckInsModel {
  return { ...view, target: CHECK_IN_TARGET };
}

@Resolver(() => CheckInsModel)
export class CheckInResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CheckIns) private readonly checkIns: CheckIns,
  ) {}

  @Query(() => CheckInsModel, { name: 'checkIns' })
  @Allow('signed-in')
  async all(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<CheckInsModel> {
    return checkInsModel(await this.db.read((tx) => this.checkIns.of(tx, viewer, enrolmentId)));
  }

  @Mutation(() => CheckInsModel, { description: 'The check-in of this week; a second one changes the first' })
  @Allow('signed-in')
  async checkIn(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('input') input: CheckInInput,
    @CurrentViewer() viewer: Viewer,
  ): Promise<CheckInsModel> {
    return checkInsModel(await this.checkIns.save(viewer, enrolmentId, input));
  }
}

@Resolver(() => TodayModel)
export class TodayCheckInResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CheckIns) private readonly checkIns: CheckIns,
  ) {}

  @ResolveField(() => Boolean, { description: 'The week of the path is half over and has no check-in yet' })
  checkInDue(@Parent() today: TodayModel): Promise<boolean> | boolean {
    const { enrolmentId, day, days } = today;
    return enrolmentId !== null && day !== null && days !== null
      ? this.db.read((tx) => this.checkIns.isDue(tx, enrolmentId, day, days))
      : false;
  }
}
