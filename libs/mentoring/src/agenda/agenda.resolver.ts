import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { pickText } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  eachInput,
  fromText,
  toText,
  type GqlContext,
  type Viewer,
} from '@waymark/platform';
import { MentorMeetingModel } from '../meeting/meeting.model.js';
import { PairingModel } from '../pairing/pairing.model.js';
import { AgendaItemInputModel, AgendaItemModel, AgendaWeekModel } from './agenda.model.js';
import { Agendas, type AgendaItem, type AgendaWeek } from './agendas.service.js';

const toModel = (w: AgendaWeek): AgendaWeekModel => ({
  ...w,
  items: w.items.map((i) => ({ id: i.id, text: fromText(i.text) })),
});

@Resolver(() => AgendaWeekModel)
export class AgendaResolver {
  constructor(@Inject(Agendas) private readonly agendas: Agendas) {}

  @Query(() => [AgendaWeekModel])
  @Allow('mentoring:pairings')
  async mentoringAgenda(): Promise<AgendaWeekModel[]> {
    return (await this.agendas.weeks()).map(toModel);
  }

  @Mutation(() => AgendaWeekModel)
  @Allow('mentoring:pair')
  async saveAgendaWeek(
    @CurrentViewer() viewer: Viewer,
    @Args('week', { type: () => Int }) week: number,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('items', { type: () => [AgendaItemInputModel] }, eachInput(AgendaItemInputModel))
    items: AgendaItemInputModel[],
  ): Promise<AgendaWeekModel> {
    return toModel(
      await this.agendas.saveWeek(
        viewer,
        week,
        revision,
        items.map((i) => ({ id: i.id ?? null, text: toText(i.text) })),
      ),
    );
  }
}

const weekLoader = (ctx: GqlContext, agendas: Agendas) =>
  ctx.loaders.of<number, AgendaItem[]>('mentoring.agendaOfWeek', (weeks) => agendas.ofWeeks(weeks));

@Resolver(() => PairingModel)
export class PairingAgendaResolver {
  constructor(@Inject(Agendas) private readonly agendas: Agendas) {}

  @ResolveField(() => [AgendaItemModel], { description: 'of this week; also what a meeting logged now can tick' })
  async agenda(
    @Parent() pairing: PairingModel,
    @Ctx() ctx: GqlContext,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AgendaItemModel[]> {
    if (pairing.endedOn !== null) return [];
    const items = (await weekLoader(ctx, this.agendas).load(pairing.week)) ?? [];
    return items.map((i) => ({ id: i.id, week: i.week, text: pickText(i.text, viewer.locale), done: false }));
  }
}

@Resolver(() => MentorMeetingModel)
export class MeetingAgendaResolver {
  constructor(@Inject(Agendas) private readonly agendas: Agendas) {}

  @ResolveField(() => [AgendaItemModel], { description: 'what was ticked' })
  async agenda(
    @Parent() meeting: MentorMeetingModel,
    @Ctx() ctx: GqlContext,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AgendaItemModel[]> {
    const loader = ctx.loaders.of<string, AgendaItem[]>('mentoring.agendaTicked', (ids) => this.agendas.ticked(ids));
    const ticked = (await loader.load(meeting.id)) ?? [];
    return ticked.map((i) => ({ id: i.id, week: i.week, text: pickText(i.text, viewer.locale), done: true }));
  }
}
