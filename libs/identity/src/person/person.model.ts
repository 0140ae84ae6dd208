import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { LOCALES } from '@waymark/kernel';
import { Connection, LocalDayScalar } from '@waymark/platform';
import { IsBoolean, IsEnum, IsIn, IsInt, IsOptional, IsUUID, Length, Matches } from 'class-validator';

export enum PersonStatusModel {
  active = 'active',
  left = 'left',
  erased = 'erased',
}
registerEnumType(PersonStatusModel, { name: 'PersonStatus' });

export enum PositionKindModel {
  primary = 'primary',
  dotted = 'dotted',
}
registerEnumType(PositionKindModel, { name: 'PositionKind' });

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A person as staff see them; what needs another table is a field of its own in the resolver. */
@ObjectType('Person')
export class PersonModel {
  @Field(() => ID)
  id: string;
  @Field(() => PersonStatusModel)
  status: PersonStatusModel;
  @Field(() => Int)
  revision: number;
  @Field(() => String, { nullable: true })
  employeeNumber: string | null;
  @Field()
  name: string;
  @Field(() => String, { nullable: true })
  nameEn: string | null;
  @Field(() => String, { nullable: true })
  email: string | null;
  @Field(() => String, { nullable: true })
  mobile: string | null;
  @Field()
  locale: string;
  @Field()
  zone: string;
  @Field(() => LocalDayScalar, { nullable: true })
  hireDate: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  leftOn: string | null;
  @Field({ description: 'Has set a password' })
  activated: boolean;
  orgUnitId: string | null;
  jobRoleId: string | null;
  managerId: string | null;
}

@ObjectType('Position')
export class PositionModel {
  @Field(() => ID)
  id: string;
  @Field(() => PositionKindModel)
  kind: PositionKindModel;
  @Field(() => LocalDayScalar)
  fromDay: string;
  @Field(() => LocalDayScalar, { nullable: true })
  toDay: string | null;
  orgUnitId: string;
  jobRoleId: string | null;
  managerId: string | null;
}

@ObjectType('Employment')
export class EmploymentModel {
  @Field(() => ID)
  id: string;
  @Field(() => LocalDayScalar)
  hireDate: string;
  @Field(() => LocalDayScalar)
  fromDay: string;
  @Field(() => LocalDayScalar, { nullable: true })
  toDay: string | null;
}

@ObjectType('PersonConnection')
export class PersonConnectionModel extends Connection(PersonModel, 'Person') {}

@InputType('PersonFilter')
export class PersonFilterModel {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 100)
  text?: string | null;
  @Field(() => PersonStatusModel, { nullable: true })
  @IsOptional()
  @IsEnum(PersonStatusModel)
  status?: PersonStatusModel | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  orgUnitId?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  jobRoleId?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  tagId?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  cohortId?: string | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  activated?: boolean | null;
}

@InputType('PersonInput')
export class PersonInputModel {
  @Field()
  @Length(1, 64)
  employeeNumber: string;
  @Field()
  @Length(1, 100)
  name: string;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 100)
  nameEn?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 254)
  email?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 32)
  mobile?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(LOCALES)
  locale?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 64)
  zone?: string | null;
  @Field(() => LocalDayScalar)
  @Matches(DAY)
  hireDate: string;
  @Field(() => ID)
  @IsUUID()
  orgUnitId: string;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  jobRoleId?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  managerId?: string | null;
}

@InputType('PersonProfileInput', {
  description: 'A field left out keeps its value; null empties nameEn, email and mobile',
})
export class PersonProfileInputModel {
  @Field(() => Int)
  @IsInt()
  revision: number;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 64)
  employeeNumber?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 100)
  name?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 100)
  nameEn?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 254)
  email?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 32)
  mobile?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(LOCALES)
  locale?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 64)
  zone?: string | null;
}

@InputType('DottedLineInput')
export class DottedLineInputModel {
  @Field(() => ID)
  @IsUUID()
  personId: string;
  @Field(() => ID)
  @IsUUID()
  managerId: string;
  @Field(() => LocalDayScalar)
  @Matches(DAY)
  fromDay: string;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(DAY)
  toDay?: string | null;
}

@InputType('TransferInput')
export class TransferInputModel {
  @Field(() => ID)
  @IsUUID()
  personId: string;
  @Field(() => LocalDayScalar)
  @Matches(DAY)
  fromDay: string;
  @Field(() => ID)
  @IsUUID()
  orgUnitId: string;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  jobRoleId?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  managerId?: string | null;
}
