import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { LocalDayScalar } from '@waymark/platform';
import { IsEnum, IsOptional, IsUUID, Matches } from 'class-validator';

export enum SupervisionKindModel {
  manager = 'manager',
  mentor = 'mentor',
  delegate = 'delegate',
}
registerEnumType(SupervisionKindModel, { name: 'SupervisionKind' });

@ObjectType('Supervision')
export class SupervisionModel {
  @Field(() => ID)
  id: string;
  @Field(() => SupervisionKindModel)
  kind: SupervisionKindModel;
  @Field(() => LocalDayScalar)
  fromDay: string;
  @Field(() => LocalDayScalar, { nullable: true })
  toDay: string | null;
  supervisorId: string;
  personId: string;
}

/** Somebody who answers to the viewer; learning adds how they are doing. */
@ObjectType('TeamMember')
export class TeamMemberModel {
  @Field(() => ID, { description: 'Person id' })
  id: string;
  @Field(() => SupervisionKindModel)
  kind: SupervisionKindModel;
  @Field(() => LocalDayScalar, { nullable: true })
  hireDate: string | null;
  @Field(() => String, { nullable: true })
  jobRole: string | null;
  @Field(() => String, { nullable: true })
  orgUnit: string | null;
}

@InputType('SupervisionInput')
export class SupervisionInputModel {
  @Field(() => ID)
  @IsUUID()
  supervisorId: string;
  @Field(() => ID)
  @IsUUID()
  personId: string;
  @Field(() => SupervisionKindModel)
  @IsEnum(SupervisionKindModel)
  kind: SupervisionKindModel;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  fromDay?: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  toDay?: string | null;
}
