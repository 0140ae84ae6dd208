import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { clampFirst, InvalidInput } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Db, eachInput, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import type { ImportField } from './import-columns.js';
import {
  ImportCellInputModel,
  ImportColumnModel,
  ImportMappingInputModel,
  ImportModeModel,
  ImportOutcomeModel,
  ImportRowModel,
  PeopleImportModel,
  toImportMode,
  toImportRowModel,
  toPeopleImportModel,
} from './people-import.model.js';
import { pageOfRows, sampleCells } from './people-import.repository.js';
import { PeopleImports } from './people-import.service.js';

const MAX_ROWS = 500;
const MAX_CELLS = 1_000;

@Resolver(() => PeopleImportModel)
export class PeopleImportResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(PeopleImports) private readonly imports: PeopleImports,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => PeopleImportModel)
  @Allow('identity:import-people')
  async peopleImport(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<PeopleImportModel> {
    return toPeopleImportModel(await this.db.read((tx) => this.imports.find(tx, viewer, id)));
  }

  @Query(() => [PeopleImportModel])
  @Allow('identity:import-people')
  async peopleImports(@CurrentViewer() viewer: Viewer): Promise<PeopleImportModel[]> {
    return (await this.db.read((tx) => this.imports.list(tx, viewer))).map(toPeopleImportModel);
  }

  @Mutation(() => PeopleImportModel)
  @Allow('identity:import-people')
  async mapPeopleImport(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
    @Args('columns', { type: () => [ImportMappingInputModel] }, eachInput(ImportMappingInputModel))
    columns: ImportMappingInputModel[],
  ): Promise<PeopleImportModel> {
    if (columns.length > 100) throw new InvalidInput('too-many', { max: 100 });
    await this.imports.map(
      viewer,
      id,
      columns.map((c) => ({ index: c.index, field: (c.field as ImportField | null | undefined) ?? null })),
    );
    return this.peopleImport(viewer, id);
  }

  @Mutation(() => PeopleImportModel)
  @Allow('identity:import-people')
  async setPeopleImportMode(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
    @Args('mode', { type: () => ImportModeModel }) mode: ImportModeModel,
    @Args('createMissing') createMissing: boolean,
  ): Promise<PeopleImportModel> {
    await this.imports.setOptions(viewer, id, toImportMode(mode), createMissing);
    return this.peopleImport(viewer, id);
  }

  @Mutation(() => PeopleImportModel)
  @Allow('identity:import-people')
  async repairPeopleImport(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
    @Args('cells', { type: () => [ImportCellInputModel] }, eachInput(ImportCellInputModel))
    cells: ImportCellInputModel[],
  ): Promise<PeopleImportModel> {
    if (cells.length > MAX_CELLS) throw new InvalidInput('too-many', { max: MAX_CELLS });
    await this.imports.repair(viewer, id, cells);
    return this.peopleImport(viewer, id);
  }

  @Mutation(() => PeopleImportModel)
  @Allow('identity:import-people')
  async commitPeopleImport(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
    @Args('confirmLeavers', { type: () => Boolean, nullable: true }) confirmLeavers: boolean | null,
  ): Promise<PeopleImportModel> {
    await this.imports.commit(viewer, id, confirmLeavers ?? false);
    return this.peopleImport(viewer, id);
  }

  @Mutation(() => PeopleImportModel)
  @Allow('identity:import-people')
  async cancelPeopleImport(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<PeopleImportModel> {
    await this.imports.cancel(viewer, id);
    return this.peopleImport(viewer, id);
  }

  @ResolveField(() => [ImportColumnModel])
  async columns(@Parent() parent: PeopleImportModel): Promise<ImportColumnModel[]> {
    const sample = await this.db.read((tx) => sampleCells(tx, parent.id));
    return parent.run.headings.map((heading, index) => ({
      index,
      heading,
      field: parent.run.fields[index] ?? null,
      sample: sample.map((cells) => cells[index] ?? '').filter((text) => text !== ''),
    }));
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async createdBy(@Parent() parent: PeopleImportModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return personCardLoader(ctx, this.cards).load(parent.run.createdBy);
  }

  @ResolveField(() => [ImportRowModel])
  async rows(
    @Parent() parent: PeopleImportModel,
    @Args('outcome', { type: () => ImportOutcomeModel, nullable: true }) outcome: ImportOutcomeModel | null,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('afterLine', { type: () => Int, nullable: true }) afterLine: number | null,
  ): Promise<ImportRowModel[]> {
    const found = await this.db.read((tx) =>
      pageOfRows(tx, parent.id, outcome ?? null, afterLine ?? 0, clampFirst(first, MAX_ROWS)),
    );
    return found.map(toImportRowModel);
  }
}
