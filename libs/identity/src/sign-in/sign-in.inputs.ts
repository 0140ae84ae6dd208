import { Field, ID, InputType } from '@nestjs/graphql';
import { IsBoolean, IsIn, IsOptional, IsUUID, Length, Matches } from 'class-validator';
import { LOCALES } from '@waymark/kernel';

@InputType('SignInInput')
export class SignInInputModel {
  @Field()
  @Length(1, 254)
  identifier: string;
  @Field()
  @Length(1, 200)
  password: string;
}

@InputType('RedeemTokenInput')
export class RedeemTokenInputModel {
  @Field()
  @Matches(/^[\w-]{22}$/)
  token: string;
  @Field()
  @Length(1, 200)
  password: string;
}

@InputType('RedeemActivationCodeInput')
export class RedeemActivationCodeInputModel {
  @Field()
  @Length(1, 64)
  employeeNumber: string;
  @Field()
  @Length(1, 40)
  code: string;
  @Field()
  @Length(1, 200)
  password: string;
}

@InputType('ChangePasswordInput')
export class ChangePasswordInputModel {
  @Field()
  @Length(1, 200)
  current: string;
  @Field()
  @Length(1, 200)
  next: string;
}

@InputType('MyProfileInput')
export class MyProfileInputModel {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(LOCALES)
  locale?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 64)
  zone?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 30)
  alias?: string | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  boardOptOut?: boolean | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  pictureFileId?: string | null;
}

@InputType('SetUpCompanyInput')
export class SetUpCompanyInputModel {
  @Field()
  @Length(1, 120)
  companyName: string;
  @Field()
  @IsIn(LOCALES)
  locale: string;
  @Field()
  @Length(1, 64)
  zone: string;
  @Field()
  @Length(1, 64)
  employeeNumber: string;
  @Field()
  @Length(1, 100)
  name: string;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(3, 254)
  email?: string | null;
  @Field()
  @Length(1, 200)
  password: string;
}
