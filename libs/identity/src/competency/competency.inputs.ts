import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { TextInputModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsInt,
  IsOptional,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

@InputType('CompetencyLevelWordsInput')
export class CompetencyLevelWordsInputModel {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(9)
  level: number;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  description: TextInputModel;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  evidence?: TextInputModel | null;
}

@InputType('CompetencyInput')
export class CompetencyInputModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  id?: string | null;
  @Field(() => String, { nullable: true, description: 'Of a new one; it never changes' })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  code?: string | null;
  @Field(() => Int, { nullable: true, description: 'The version the editor saw' })
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number | null;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  name: TextInputModel;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  description?: TextInputModel | null;
  @Field(() => [CompetencyLevelWordsInputModel])
  @ArrayMaxSize(9)
  @ValidateNested({ each: true })
  @Type(() => CompetencyLevelWordsInputModel)
  levels: CompetencyLevelWordsInputModel[];
  @Field(() => Boolean, { description: 'The words mean something else: ratings so far no longer count' })
  @IsBoolean()
  senseChanged: boolean;
}

@InputType('RatingInput')
export class RatingInputModel {
  @Field(() => ID, { nullable: true, description: 'Nobody: myself' })
  @IsOptional()
  @IsUUID()
  personId?: string | null;
  @Field(() => ID)
  @IsUUID()
  dimensionId: string;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(9)
  level: number;
  @Field(() => Int, { nullable: true, description: 'The sense the rater read' })
  @IsOptional()
  @IsInt()
  @Min(1)
  sense?: number | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 2_000)
  note?: string | null;
}
