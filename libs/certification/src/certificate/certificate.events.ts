import { defineEvent, type EventType } from '@waymark/platform';

interface Certificate {
  certificateId: string;
  certificationId: string;
  certificationCode: string;
}

export const certificateIssued: EventType<Certificate & { cycle: number; issuedOn: string; expiresOn: string | null }> =
  defineEvent('certificate.issued');
/** `days`: which warning, 60, 30 or 7 unless set otherwise. */
export const certificateExpiring: EventType<Certificate & { expiresOn: string; days: number }> =
  defineEvent('certificate.expiring');
export const certificateLapsed: EventType<Certificate & { expiresOn: string }> = defineEvent('certificate.lapsed');
export const certificateRevoked: EventType<Certificate> = defineEvent('certificate.revoked');
/** The holder can renew from now on: the exams and courses it takes are open. */
export const renewalOpened: EventType<Certificate & { expiresOn: string }> =
  defineEvent('certification.renewal-opened');
