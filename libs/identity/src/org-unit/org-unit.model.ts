import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { pickText, type Locale } from '@waymark/kernel';
import { fromText, TextInputModel, TextModel, type GqlContext } from '@waymark/platform';
import { Type } from 'class-transformer';
import { IsBoolean, IsEnum, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import type DataLoader from 'dataloader';
import { readerLocale } from '../reader-locale.js';
import type { OrgUnitRecord, OrgUnits } from './org-unit.service.js';

export enum OrgUnitKindModel {
  company = 'company',
  region = 'region',
  department = 'department',
  team = 'team',
}
registerEnumType(OrgUnitKindModel, { name: 'OrgUnitKind' });

@ObjectType('OrgUnit')
export class OrgUnitModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field(() => OrgUnitKindModel)
  kind: OrgUnitKindModel;
  @Field()
  name: string;
  @Field(() => TextModel)
  names: TextModel;
  @Field(() => ID, { nullable: true })
  parentId: string | null;
  @Field()
  path: string;
  @Field()
  archived: boolean;
  @Field(() => Int)
  headcount: number;
}

@InputType('OrgUnitInput')
export class OrgUnitInputModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  id?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  code?: string | null;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  name: TextInputModel;
  @Field(() => OrgUnitKindModel)
  @IsEnum(OrgUnitKindModel)
  kind: OrgUnitKindModel;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  parentId?: string | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  archived?: boolean | null;
}

export function toOrgUnitModel(unit: OrgUnitRecord, locale: Locale): OrgUnitModel {
  return { ...unit, kind: OrgUnitKindModel[unit.kind], name: pickText(unit.name, locale), names: fromText(unit.name) };
}

export function orgUnitLoader(
  ctx: GqlContext,
  load: (ids: readonly string[]) => ReturnType<OrgUnits['load']>,
): DataLoader<string, OrgUnitModel | null> {
  return ctx.loaders.of<string, OrgUnitModel>('identity.orgUnit', async (ids) => {
    const locale = readerLocale(ctx);
    return new Map([...(await load(ids))].map(([id, unit]) => [id, toOrgUnitModel(unit, locale)]));
  });
}
