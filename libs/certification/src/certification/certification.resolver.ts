import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { InvalidInput, pickText } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  fromText,
  TextModel,
  toText,
  type GqlContext,
  type Viewer,
} from '@waymark/platform';
import { readerLocale } from '@waymark/identity';
import { Certificates } from '../certificate/certificates.service.js';
import {
  CertificationInputModel,
  CertificationModel,
  CertificationRequirementDefModel,
} from './certification.model.js';
import type { Requirement } from './certification.repository.js';
import { Certifications, type CertificationTexts } from './certifications.service.js';

interface Counts {
  holders: number;
  expiring: number;
  lapsed: number;
}

@Resolver(() => CertificationModel)
export class CertificationResolver {
  constructor(
    @Inject(Certifications) private readonly service: Certifications,
    @Inject(Certificates) private readonly certificates: Certificates,
  ) {}

  @Query(() => [CertificationModel])
  @Allow('certification:see')
  certifications(
    @Args('archived', { type: () => Boolean, nullable: true }) archived?: boolean | null,
  ): Promise<CertificationModel[]> {
    return this.service.list(archived ?? false);
  }

  @Query(() => CertificationModel)
  @Allow('certification:see')
  certification(@Args('code') code: string): Promise<CertificationModel> {
    return this.service.byCode(code);
  }

  @Mutation(() => CertificationModel)
  @Allow('certification:edit')
  saveCertification(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: CertificationInputModel,
  ): Promise<CertificationModel> {
    if (!input.id && !input.code) throw new InvalidInput('code-missing');
    const title = toText(input.title);
    if (Object.values(title).every((t) => !t?.trim())) throw new InvalidInput('title-missing');
    return this.service.save(viewer.personId, {
      id: input.id ?? null,
      revision: input.revision ?? null,
      code: input.code ?? '',
      title,
      summary: toText(input.summary),
      issuer: toText(input.issuer),
      validityMonths: input.validityMonths ?? null,
      warnDays: input.warnDays ?? [60, 30, 7],
      renewalOpensDays: input.renewalOpensDays ?? 60,
      renewalWithinMonths: input.renewalWithinMonths ?? null,
      numberPattern: input.numberPattern,
      skills: input.skills ?? [],
      audienceId: input.audienceId ?? null,
      requirements: input.requirements,
      renewalRequirements: input.renewalRequirements,
    });
  }

  @Mutation(() => CertificationModel)
  @Allow('certification:edit')
  archiveCertification(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<CertificationModel> {
    return this.service.setArchived(viewer.personId, id, revision, true);
  }

  @Mutation(() => CertificationModel)
  @Allow('certification:edit')
  restoreCertification(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<CertificationModel> {
    return this.service.setArchived(viewer.personId, id, revision, false);
  }

  private texts(c: CertificationModel, ctx: GqlContext): Promise<CertificationTexts | null> {
    return ctx.loaders
      .of<string, CertificationTexts>('certification.texts', (ids) => this.service.readTexts(ids))
      .load(c.id);
  }

  private counts(c: CertificationModel, ctx: GqlContext): Promise<Counts | null> {
    return ctx.loaders.of<string, Counts>('certification.counts', (ids) => this.certificates.counts(ids)).load(c.id);
  }

  private async needs(
    c: CertificationModel,
    ctx: GqlContext,
    use: 'first' | 'renewal',
  ): Promise<CertificationRequirementDefModel[]> {
    const loader = ctx.loaders.of<string, (Requirement & { title: string })[]>(
      'certification.requirements',
      async (ids) => {
        const list = await this.service.readRequirements(ids);
        const titles = await this.service.readTitles(list, readerLocale(ctx));
        return new Map(
          ids.map((id) => [
            id,
            list.filter((r) => r.certificationId === id).map((r) => ({ ...r, title: titles.get(r.id) ?? '' })),
          ]),
        );
      },
    );
    return ((await loader.load(c.id)) ?? [])
      .filter((r) => r.use === use)
      .map((r) => ({ kind: r.kind, code: r.code, targetId: r.targetId, title: r.title, need: r.hours ?? 1 }));
  }

  @ResolveField(() => String)
  async title(@Parent() c: CertificationModel, @Ctx() ctx: GqlContext): Promise<string> {
    return pickText((await this.texts(c, ctx))?.title ?? {}, readerLocale(ctx));
  }

  @ResolveField(() => String)
  async summary(@Parent() c: CertificationModel, @Ctx() ctx: GqlContext): Promise<string> {
    return pickText((await this.texts(c, ctx))?.summary ?? {}, readerLocale(ctx));
  }

  @ResolveField(() => String)
  async issuer(@Parent() c: CertificationModel, @Ctx() ctx: GqlContext): Promise<string> {
    return pickText((await this.texts(c, ctx))?.issuer ?? {}, readerLocale(ctx));
  }

  @ResolveField(() => TextModel)
  async titles(@Parent() c: CertificationModel, @Ctx() ctx: GqlContext): Promise<TextModel> {
    return fromText((await this.texts(c, ctx))?.title);
  }

  @ResolveField(() => TextModel)
  async summaries(@Parent() c: CertificationModel, @Ctx() ctx: GqlContext): Promise<TextModel> {
    return fromText((await this.texts(c, ctx))?.summary);
  }

  @ResolveField(() => TextModel)
  async issuers(@Parent() c: CertificationModel, @Ctx() ctx: GqlContext): Promise<TextModel> {
    return fromText((await this.texts(c, ctx))?.issuer);
  }

  @ResolveField(() => [CertificationRequirementDefModel])
  requirements(@Parent() c: CertificationModel, @Ctx() ctx: GqlContext): Promise<CertificationRequirementDefModel[]> {
    return this.needs(c, ctx, 'first');
  }

  @ResolveField(() => [CertificationRequirementDefModel])
  renewalRequirements(
    @Parent() c: CertificationModel,
    @Ctx() ctx: GqlContext,
  ): Promise<CertificationRequirementDefModel[]> {
    return this.needs(c, ctx, 'renewal');
  }

  @ResolveField(() => Int)
  async holders(@Parent() c: CertificationModel, @Ctx() ctx: GqlContext): Promise<number> {
    return (await this.counts(c, ctx))?.holders ?? 0;
  }

  @ResolveField(() => Int)
  async expiring(@Parent() c: CertificationModel, @Ctx() ctx: GqlContext): Promise<number> {
    return (await this.counts(c, ctx))?.expiring ?? 0;
  }

  @ResolveField(() => Int)
  async lapsed(@Parent() c: CertificationModel, @Ctx() ctx: GqlContext): Promise<number> {
    return (await this.counts(c, ctx))?.lapsed ?? 0;
  }
}
