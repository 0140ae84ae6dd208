export { CertificationChecks } from './check/certification-checks.service.js';
export { Certificates, type CertificateView, type MyCertification } from './certificate/certificates.service.js';
export { CertificationModule } from './certification.module.js';
export { Certifications, type CertificationInput } from './certification/certifications.service.js';
export { CertificationLoader, type CertificateHistory, type CertificationSeed } from './seed/certification.loader.js';
