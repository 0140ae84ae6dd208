import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { pickText, type Locale } from '@waymark/kernel';
import { fromText, TextInputModel, TextModel, type GqlContext } from '@waymark/platform';
import { Type } from 'class-transformer';
import { IsBoolean, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import type DataLoader from 'dataloader';
import { readerLocale } from '../reader-locale.js';
import type { JobRoleRecord, JobRoles } from './job-role.service.js';

@ObjectType('JobRole')
export class JobRoleModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  name: string;
  @Field(() => TextModel)
  names: TextModel;
  @Field()
  archived: boolean;
  @Field(() => Int)
  headcount: number;
}

@InputType('JobRoleInput')
export class JobRoleInputModel {
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
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  archived?: boolean | null;
}

export function toJobRoleModel(role: JobRoleRecord, locale: Locale): JobRoleModel {
  return { ...role, name: pickText(role.name, locale), names: fromText(role.name) };
}

export function jobRoleLoader(
  ctx: GqlContext,
  load: (ids: readonly string[]) => ReturnType<JobRoles['load']>,
): DataLoader<string, JobRoleModel | null> {
  return ctx.loaders.of<string, JobRoleModel>('identity.jobRole', async (ids) => {
    const locale = readerLocale(ctx);
    return new Map([...(await load(ids))].map(([id, role]) => [id, toJobRoleModel(role, locale)]));
  });
}
