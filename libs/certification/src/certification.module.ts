import { Module } from '@nestjs/common';
import { AssessmentModule } from '@waymark/assessment';
import { CatalogModule } from '@waymark/catalog';
import { LearningModule } from '@waymark/learning';
import { CertificateRepository } from './certificate/certificate.repository.js';
import { CertificateResolver } from './certificate/certificate.resolver.js';
import { Certificates } from './certificate/certificates.service.js';
import { CertificationAccess } from './certificate/certification-access.service.js';
import { CertificationRepository } from './certification/certification.repository.js';
import { CertificationResolver } from './certification/certification.resolver.js';
import { Certifications } from './certification/certifications.service.js';
import { CertificationChecks } from './check/certification-checks.service.js';
import { CertificationLoader } from './seed/certification.loader.js';

@Module({
  imports: [AssessmentModule, CatalogModule, LearningModule],
  providers: [
    CertificateRepository,
    CertificateResolver,
    Certificates,
    CertificationAccess,
    CertificationChecks,
    CertificationLoader,
    CertificationRepository,
    CertificationResolver,
    Certifications,
  ],
  exports: [Certificates, CertificationLoader, Certifications],
})
export class CertificationModule {}
