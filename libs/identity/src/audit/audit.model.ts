import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { Connection, DateTimeScalar } from '@waymark/platform';
import { IsDate, IsOptional, IsUUID, Length } from 'class-validator';

@ObjectType('AuditChange', { description: 'fromName and toName say what an id in from or to is called' })
export class AuditChangeModel {
  @Field()
  field: string;
  @Field(() => String, { nullable: true })
  from: string | null;
  @Field(() => String, { nullable: true })
  to: string | null;
}

@ObjectType('AuditEntry')
export class AuditEntryModel {
  @Field(() => ID)
  id: string;
  @Field()
  at: Date;
  @Field()
  action: string;
  @Field()
  subjectType: string;
  @Field()
  subjectId: string;
  @Field(() => [AuditChangeModel])
  changes: AuditChangeModel[];
  actorId: string | null;
  personId: string | null;
}

@ObjectType('AuditEntryConnection')
export class AuditEntryConnectionModel extends Connection(AuditEntryModel, 'AuditEntry') {}

@InputType('AuditFilter')
export class AuditFilterModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  actorId?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  personId?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 60)
  action?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 60)
  subjectType?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 60)
  subjectId?: string | null;
  @Field(() => DateTimeScalar, { nullable: true })
  @IsOptional()
  @IsDate()
  from?: Date | null;
  @Field(() => DateTimeScalar, { nullable: true })
  @IsOptional()
  @IsDate()
  to?: Date | null;
}
