import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { TextInputModel, TextModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import { IsOptional, IsUUID, ValidateNested } from 'class-validator';

@ObjectType('AgendaItem', { description: 'as partners read it' })
export class AgendaItemModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  week: number;
  @Field()
  text: string;
  @Field()
  done: boolean;
}

@ObjectType('AgendaTemplateItem')
export class AgendaTemplateItemModel {
  @Field(() => ID)
  id: string;
  @Field(() => TextModel)
  text: TextModel;
}

@ObjectType('AgendaWeek')
export class AgendaWeekModel {
  @Field(() => Int, { description: '1 to 13' })
  week: number;
  @Field(() => Int)
  revision: number;
  @Field(() => [AgendaTemplateItemModel])
  items: AgendaTemplateItemModel[];
}

@InputType('AgendaItemInput')
export class AgendaItemInputModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  id?: string | null;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  text: TextInputModel;
}
