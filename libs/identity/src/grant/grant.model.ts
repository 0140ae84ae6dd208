import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { LocalDayScalar } from '@waymark/platform';
import { IsEnum, IsOptional, IsUUID, Matches } from 'class-validator';
import type { GrantableRole, GrantRecord } from './grant.service.js';

export enum GrantRoleModel {
  learner = 'learner',
  author = 'author',
  steward = 'steward',
  judge = 'judge',
  trainer = 'trainer',
  ld_lead = 'ld_lead',
  admin = 'admin',
}
registerEnumType(GrantRoleModel, { name: 'GrantRole' });

@ObjectType('Grant')
export class GrantModel {
  @Field(() => ID)
  id: string;
  @Field(() => GrantRoleModel)
  role: GrantRoleModel;
  @Field(() => LocalDayScalar)
  fromDay: string;
  @Field(() => LocalDayScalar, { nullable: true })
  toDay: string | null;
  personId: string;
  orgUnitId: string | null;
}

@InputType('GrantInput')
export class GrantInputModel {
  @Field(() => ID)
  @IsUUID()
  personId: string;
  @Field(() => GrantRoleModel)
  @IsEnum(GrantRoleModel)
  role: GrantRoleModel;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  orgUnitId?: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  fromDay?: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  toDay?: string | null;
}

export function toGrantableRole(role: GrantRoleModel): GrantableRole {
  return role === GrantRoleModel.ld_lead ? 'ld-lead' : role;
}

export function toGrantModel(grant: GrantRecord): GrantModel {
  return { ...grant, role: grant.role === 'ld-lead' ? GrantRoleModel.ld_lead : GrantRoleModel[grant.role] };
}
