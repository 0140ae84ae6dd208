import { Module } from '@nestjs/common';
import { AssessmentModule } from '@waymark/assessment';
import { CatalogModule } from '@waymark/catalog';
import { CardFaces } from './card/card-faces.service.js';
import { CardSources } from './card/card-sources.consumer.js';
import { CardRepository } from './card/card.repository.js';
import { CardResolver } from './card/card.resolver.js';
import { Cards } from './card/cards.service.js';
import { ReviewLoader } from './history/review-history.loader.js';
import { Reminders } from './reminder/reminders.service.js';
import { ReviewLogRepository } from './session/review-log.repository.js';
import {
  ReviewSessionResolver,
  ReviewSummaryResolver,
  ReviewViewerResolver,
  SubmittedReviewsResolver,
} from './session/review-session.resolver.js';
import { ReviewSessions } from './session/review-sessions.service.js';
import { ReviewSettingResolver } from './setting/review-setting.resolver.js';
import { ReviewSettings } from './setting/review-settings.service.js';
import { StreakRepository } from './streak/streak.repository.js';
import { Streaks } from './streak/streaks.service.js';

@Module({
  imports: [AssessmentModule, CatalogModule],
  providers: [
    CardFaces,
    CardRepository,
    CardResolver,
    CardSources,
    Cards,
    Reminders,
    ReviewLoader,
    ReviewLogRepository,
    ReviewSessionResolver,
    ReviewSessions,
    ReviewSettingResolver,
    ReviewSettings,
    ReviewSummaryResolver,
    ReviewViewerResolver,
    StreakRepository,
    Streaks,
    SubmittedReviewsResolver,
  ],
  exports: [Reminders, ReviewLoader, ReviewSessions, ReviewSettings, Streaks],
})
export class ReviewModule {}
