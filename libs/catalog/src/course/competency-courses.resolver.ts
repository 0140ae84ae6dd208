import { Inject } from '@nestjs/common';
import { Field, ID, Int, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CompetencyProfileRowModel } from '@waymark/identity';
import { Ctx, CurrentViewer, type GqlContext, type Viewer } from '@waymark/platform';
import { CompetencyCourses, type CompetencyCourse } from './competency-courses.service.js';

@ObjectType('CompetencyCourse')
export class CompetencyCourseModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  title: string;
  @Field(() => Int)
  minutes: number;
  @Field({ description: 'not-started, in-progress or completed' })
  state: string;
}

@Resolver(() => CompetencyProfileRowModel)
export class CompetencyCoursesResolver {
  constructor(@Inject(CompetencyCourses) private readonly taught: CompetencyCourses) {}

  @ResolveField(() => [CompetencyCourseModel], {
    description: 'Where there is a gap: courses open to the person that teach it',
  })
  async courses(
    @Parent() row: CompetencyProfileRowModel,
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
  ): Promise<CompetencyCourseModel[]> {
    if (row.gap === 0) return [];
    const key = `${row.personId} ${row.dimension.code}`;
    const found = await ctx.loaders
      .of<string, CompetencyCourse[]>('catalog.competencyCourses', async (keys) => {
        const asked = new Map<string, string[]>();
        for (const [personId, code] of keys.map((k) => k.split(' ') as [string, string]))
          asked.set(personId, [...(asked.get(personId) ?? []), code]);
        const out = new Map<string, CompetencyCourse[]>();
        for (const [personId, codes] of asked) {
          const advice = await this.taught.advice(personId, codes, viewer.locale);
          for (const code of codes)
            out.set(
              `${personId} ${code}`,
              advice.filter((a) => a.competency === code),
            );
        }
        return out;
      })
      .load(key);
    return (found ?? []).map(({ competency: _competency, ...c }) => c);
  }
}
