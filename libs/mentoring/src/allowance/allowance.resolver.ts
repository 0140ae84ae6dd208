import { Inject } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, CurrentViewer, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { AllowanceRateInputModel, AllowanceRateModel, AllowanceRowModel } from './allowance.model.js';
import { Allowances } from './allowances.service.js';

@Resolver(() => AllowanceRowModel)
export class AllowanceResolver {
  constructor(
    @Inject(Allowances) private readonly allowances: Allowances,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => [AllowanceRowModel])
  @Allow('mentoring:allowance')
  mentoringAllowance(@CurrentViewer() viewer: Viewer, @Args('month') month: string): Promise<AllowanceRowModel[]> {
    return this.allowances.ofMonth(viewer, month);
  }

  @Query(() => [AllowanceRateModel])
  @Allow('mentoring:allowance')
  allowanceRates(): Promise<AllowanceRateModel[]> {
    return this.allowances.rates();
  }

  @Mutation(() => [AllowanceRateModel])
  @Allow('mentoring:allowance')
  setAllowanceRate(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: AllowanceRateInputModel,
  ): Promise<AllowanceRateModel[]> {
    return this.allowances.setRate(viewer, input);
  }

  @ResolveField(() => PersonCardModel)
  async mentor(@Parent() row: AllowanceRowModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(row.mentorId)) as PersonCardModel;
  }
}
