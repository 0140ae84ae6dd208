import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { InvalidInput } from '@waymark/kernel';
import { Allow, CurrentViewer, type Viewer } from '@waymark/platform';
import { Reminders } from '../reminder/reminders.service.js';
import { ReviewPreferenceModel, ReviewSettingsInputModel, ReviewSettingsModel } from './review-setting.model.js';
import { ReviewSettings, type ReviewSetting } from './review-settings.service.js';

@Resolver(() => ReviewSettingsModel)
export class ReviewSettingResolver {
  constructor(
    @Inject(ReviewSettings) private readonly settings: ReviewSettings,
    @Inject(Reminders) private readonly reminders: Reminders,
  ) {}

  @Query(() => ReviewSettingsModel)
  @Allow('review:see-settings')
  reviewSettings(): Promise<ReviewSettingsModel> {
    return this.settings.read();
  }

  @Mutation(() => ReviewSettingsModel)
  @Allow('review:settings')
  saveReviewSettings(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: ReviewSettingsInputModel,
  ): Promise<ReviewSettingsModel> {
    const patch: Partial<ReviewSetting> = {};
    for (const field of ['desiredRetention', 'dailyLimit', 'newLimit', 'reminderHour'] as const) {
      const value = input[field];
      if (value !== null && value !== undefined) patch[field] = value;
    }
    return this.settings.save(viewer.personId, input.revision, patch);
  }

  @Query(() => ReviewPreferenceModel)
  @Allow('signed-in')
  reviewPreference(@CurrentViewer() viewer: Viewer): Promise<ReviewPreferenceModel> {
    return this.reminders.readPreference(viewer.personId);
  }

  @Mutation(() => ReviewPreferenceModel)
  @Allow('signed-in')
  saveReviewPreference(
    @CurrentViewer() viewer: Viewer,
    @Args('reminderHour', { type: () => Int, nullable: true }) reminderHour?: number | null,
    @Args('reminders', { type: () => Boolean, nullable: true }) reminders?: boolean | null,
  ): Promise<ReviewPreferenceModel> {
    if (typeof reminderHour === 'number' && (reminderHour < 0 || reminderHour > 23))
      throw new InvalidInput('hour-invalid');
    return this.reminders.savePreference(viewer.personId, { reminderHour, reminders: reminders ?? undefined });
  }
}
