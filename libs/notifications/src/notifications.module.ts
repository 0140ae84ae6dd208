import { Module } from '@nestjs/common';
import { AnnouncementResolver, StaffAnnouncementResolver } from './announcement/announcement.resolver.js';
import { AnnouncementsLoader } from './announcement/announcements.loader.js';
import { Announcements } from './announcement/announcements.service.js';
import { NotificationMails } from './notification/notification-mails.service.js';
import { NotificationPersonalData } from './notification/notification-personal-data.service.js';
import { NotificationResolver, UnreadResolver } from './notification/notification.resolver.js';
import { NotificationUpkeep } from './notification/notification-upkeep.service.js';
import { NotificationsLoader } from './notification/notifications.loader.js';
import { Notifications } from './notification/notifications.service.js';
import { RoutingConsumer } from './notification/routing.consumer.js';

const services = [
  Announcements,
  AnnouncementsLoader,
  NotificationMails,
  Notifications,
  NotificationsLoader,
  RoutingConsumer,
];

@Module({
  providers: [
    ...services,
    AnnouncementResolver,
    NotificationPersonalData,
    NotificationResolver,
    NotificationUpkeep,
    StaffAnnouncementResolver,
    UnreadResolver,
  ],
  exports: services,
})
export class NotificationsModule {}
