export { AnnouncementsLoader } from './announcement/announcements.loader.js';
export { Announcements } from './announcement/announcements.service.js';
export { NotificationsLoader, type PastEvent } from './notification/notifications.loader.js';
export { Notifications } from './notification/notifications.service.js';
export { NotificationsModule } from './notifications.module.js';
