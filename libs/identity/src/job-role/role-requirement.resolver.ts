import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Allow, CurrentViewer, Db, LocalDayScalar, type Viewer } from '@waymark/platform';
import { RequirementCellInputModel, RoleRequirementModel } from './role-requirement.model.js';
import { RoleRequirements } from './role-requirements.service.js';

@Resolver(() => RoleRequirementModel)
export class RoleRequirementResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(RoleRequirements) private readonly requirements: RoleRequirements,
  ) {}

  @Query(() => [RoleRequirementModel], { description: 'What every job role requires, today and next' })
  @Allow('identity:edit-competencies')
  roleRequirements(): Promise<RoleRequirementModel[]> {
    return this.db.read((tx) => this.requirements.list(tx));
  }

  @Mutation(() => [RoleRequirementModel])
  @Allow('identity:edit-competencies')
  setRoleRequirements(
    @CurrentViewer() viewer: Viewer,
    @Args('cells', { type: () => [RequirementCellInputModel] }) cells: RequirementCellInputModel[],
    @Args('fromDay', { type: () => LocalDayScalar, nullable: true }) fromDay: string | null,
  ): Promise<RoleRequirementModel[]> {
    return this.db.transaction(async (tx) => {
      await this.requirements.set(
        tx,
        viewer.personId,
        cells.map((c) => ({ ...c, level: c.level ?? null, saw: c.saw ?? null })),
        fromDay,
      );
      return this.requirements.list(tx);
    });
  }
}
