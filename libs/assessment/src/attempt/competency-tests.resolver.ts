import { Inject } from '@nestjs/common';
import { Field, Float, Int, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CompetencyProfileRowModel } from '@waymark/identity';
import { Ctx, CurrentViewer, type GqlContext, type Viewer } from '@waymark/platform';
import { CompetencyTests, type CompetencyTest } from './competency-tests.service.js';

@ObjectType('CompetencyTests')
export class CompetencyTestsModel {
  @Field(() => Float, { description: '0 to 100' })
  score: number;
  @Field(() => Int)
  questions: number;
  @Field(() => Date)
  lastAt: Date;
}

@Resolver(() => CompetencyProfileRowModel)
export class CompetencyTestsResolver {
  constructor(@Inject(CompetencyTests) private readonly results: CompetencyTests) {}

  @ResolveField(() => CompetencyTestsModel, {
    nullable: true,
    description: 'What quizzes and exams say; null without such questions, and for a manager',
  })
  async tests(
    @Parent() row: CompetencyProfileRowModel,
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
  ): Promise<CompetencyTestsModel | null> {
    const all = await ctx.loaders
      .of<string, CompetencyTest[]>('assessment.competencyTests', async (ids) => {
        const out = new Map<string, CompetencyTest[]>();
        for (const id of ids) out.set(id, await this.results.forViewer(viewer, id));
        return out;
      })
      .load(row.personId);
    return all?.find((t) => t.competency === row.dimension.code) ?? null;
  }
}
