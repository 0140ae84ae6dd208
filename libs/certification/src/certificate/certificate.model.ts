import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { Connection, LocalDayScalar } from '@waymark/platform';

@ObjectType('Certificate')
export class CertificateModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  certificationId: string;
  @Field()
  certificationCode: string;
  @Field()
  title: string;
  @Field({ description: 'as printed' })
  name: string;
  @Field()
  number: string;
  @Field(() => Int)
  cycle: number;
  @Field(() => LocalDayScalar)
  issuedOn: string;
  @Field(() => LocalDayScalar, { nullable: true })
  expiresOn: string | null;
  @Field({ description: 'issued expiring lapsed renewed revoked' })
  state: string;
  @Field(() => Int, { nullable: true })
  daysLeft: number | null;
  @Field({ description: 'a page anybody can open' })
  publicPath: string;
  @Field(() => LocalDayScalar, { nullable: true })
  revokedOn: string | null;
  personId: string;
}

@ObjectType('CertificateConnection')
export class CertificateConnectionModel extends Connection(CertificateModel, 'Certificate') {}

@ObjectType('CertificationRequirement')
export class CertificationRequirementModel {
  @Field({ description: 'exam course hours node' })
  kind: string;
  @Field(() => String, { nullable: true })
  code: string | null;
  @Field(() => ID, { nullable: true })
  targetId: string | null;
  @Field()
  title: string;
  @Field(() => Float)
  have: number;
  @Field(() => Float)
  need: number;
  @Field()
  met: boolean;
  @Field(() => LocalDayScalar, { nullable: true })
  metOn: string | null;
}

@ObjectType('CertificationRenewal')
export class CertificationRenewalModel {
  @Field(() => LocalDayScalar)
  opensOn: string;
  @Field()
  open: boolean;
  @Field(() => [CertificationRequirementModel])
  requirements: CertificationRequirementModel[];
}

@ObjectType('MyCertification')
export class MyCertificationModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  title: string;
  @Field()
  summary: string;
  @Field()
  issuer: string;
  @Field(() => [String])
  skills: string[];
  @Field({ description: 'open valid expiring lapsed revoked' })
  state: string;
  @Field(() => Int)
  met: number;
  @Field(() => Int)
  of: number;
  @Field(() => [CertificationRequirementModel])
  requirements: CertificationRequirementModel[];
  @Field(() => CertificateModel, { nullable: true })
  certificate: CertificateModel | null;
  @Field(() => [CertificateModel], { description: 'newest first' })
  history: CertificateModel[];
  @Field(() => CertificationRenewalModel, { nullable: true })
  renewal: CertificationRenewalModel | null;
}

@ObjectType('PublicCertificate')
export class PublicCertificateModel {
  @Field()
  name: string;
  @Field()
  title: string;
  @Field()
  summary: string;
  @Field()
  issuer: string;
  @Field()
  company: string;
  @Field()
  number: string;
  @Field(() => LocalDayScalar)
  issuedOn: string;
  @Field(() => LocalDayScalar, { nullable: true })
  expiresOn: string | null;
  @Field()
  state: string;
}
