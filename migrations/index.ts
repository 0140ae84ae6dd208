import type { MigrationInterface } from 'typeorm';
import { Platform0001 } from './0001-platform.js';
import { Identity0002 } from './0002-identity.js';
import { Assessment0003 } from './0003-assessment.js';
import { Catalog0004 } from './0004-catalog.js';
import { Learning0005 } from './0005-learning.js';
import { Mentoring0006 } from './0006-mentoring.js';
import { Review0007 } from './0007-review.js';
import { Certification0008 } from './0008-certification.js';
import { Rewards0009 } from './0009-rewards.js';
import { Notifications0010 } from './0010-notifications.js';
import { CalendarFeed0012 } from './0012-calendar-feed.js';
import { MapMoves0013 } from './0013-map-moves.js';
import { MentoringInDepth0014 } from './0014-mentoring-in-depth.js';
import { Careers0015 } from './0015-careers.js';
import { Onboarding0016 } from './0016-onboarding.js';
import { KnownGaps0021 } from './0021-known-gaps.js';
import { PointsExpiry0022 } from './0022-points-expiry.js';
import { StandIns0023 } from './0023-stand-ins.js';
import { QuestionTypes0030 } from './0030-question-types.js';
import { Statistics0032 } from './0032-statistics.js';
import { QuestionInterchange0033 } from './0033-question-interchange.js';
import { Regrades0037 } from './0037-regrades.js';
import { Captions0042 } from './0042-captions.js';

/** All migrations in the order they run. New ones go at the end; released ones never change. */
export const migrations: (new () => MigrationInterface)[] = [
  Platform0001,
  Identity0002,
  Assessment0003,
  Catalog0004,
  Learning0005,
  Mentoring0006,
  Review0007,
  Certification0008,
  Rewards0009,
  Notifications0010,
  CalendarFeed0012,
  MapMoves0013,
  MentoringInDepth0014,
  Careers0015,
  Onboarding0016,
  KnownGaps0021,
  PointsExpiry0022,
  StandIns0023,
  QuestionTypes0030,
  Statistics0032,
  QuestionInterchange0033,
  Regrades0037,
  Captions0042,
];
