import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { clampFirst, decodeCursor, encodeCursor, InvalidInput, isLocale } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Public, toConnection, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards, readerLocale } from '@waymark/identity';
import {
  CertificateConnectionModel,
  CertificateModel,
  MyCertificationModel,
  PublicCertificateModel,
} from './certificate.model.js';
import { Certificates } from './certificates.service.js';

const STATES = ['issued', 'expiring', 'lapsed', 'renewed', 'revoked'];

@Resolver(() => CertificateModel)
export class CertificateResolver {
  constructor(
    @Inject(Certificates) private readonly service: Certificates,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => [MyCertificationModel])
  @Allow('signed-in')
  myCertifications(@CurrentViewer() viewer: Viewer): Promise<MyCertificationModel[]> {
    return this.service.mine(viewer.personId, viewer.locale);
  }

  @Query(() => PublicCertificateModel, { nullable: true })
  @Public()
  certificateByToken(
    @Ctx() ctx: GqlContext,
    @Args('token') token: string,
    @Args('locale', { type: () => String, nullable: true }) locale?: string | null,
  ): Promise<PublicCertificateModel | null> {
    if (!/^[A-Za-z0-9_-]{22,64}$/.test(token)) return Promise.resolve(null);
    return this.service.publicOne(token, locale && isLocale(locale) ? locale : readerLocale(ctx));
  }

  @Query(() => [CertificateModel])
  @Allow('signed-in')
  personCertificates(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID }, ParseUUIDPipe) personId: string,
  ): Promise<CertificateModel[]> {
    return this.service.ofPerson(viewer, personId);
  }

  @Query(() => CertificateConnectionModel)
  @Allow('certification:see')
  async certificates(
    @CurrentViewer() viewer: Viewer,
    @Args('certificationId', { type: () => ID, nullable: true }, new ParseUUIDPipe({ optional: true }))
    certificationId?: string | null,
    @Args('state', { type: () => String, nullable: true }) state?: string | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<CertificateConnectionModel> {
    if (state && !STATES.includes(state)) throw new InvalidInput('certificate-state-unknown');
    const size = clampFirst(first);
    const [expiresOn, id] = after ? decodeCursor(after) : [];
    const page = await this.service.page(
      viewer,
      { certificationId: certificationId ?? null, state: state ?? null },
      size,
      after ? { expiresOn: String(expiresOn), id: String(id) } : null,
    );
    return toConnection(
      page.found,
      size,
      (c) => encodeCursor([c.expiresOn ?? '9999-12-31', c.id]),
      (c) => c,
      page.total,
    );
  }

  @Mutation(() => CertificateModel)
  @Allow('certification:revoke')
  revokeCertificate(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('reason') reason: string,
  ): Promise<CertificateModel> {
    const words = reason.trim();
    if (words.length < 1 || words.length > 1_000) throw new InvalidInput('reason-missing');
    return this.service.revoke(viewer, id, words);
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() certificate: CertificateModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(certificate.personId)) as PersonCardModel;
  }
}
