import { Field, InputType } from '@nestjs/graphql';
import { IsNotEmpty, Length } from 'class-validator';

@InputType('OwnCardInput')
export class OwnCardInputModel {
  @Field()
  @IsNotEmpty()
  @Length(1, 2_000)
  front: string;
  @Field()
  @IsNotEmpty()
  @Length(1, 4_000)
  back: string;
}
