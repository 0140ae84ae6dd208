import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { DomainError, HTTP_STATUS } from '@waymark/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseRefusal } from '../db/db.js';

/** Plain HTTP routes answer refusals as `{ reason, params, requestId }`; GraphQL words its own. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType<string>() === 'graphql') throw thrown;
    const error = databaseRefusal(thrown);
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent) return;
    if (error instanceof DomainError) {
      void reply
        .status(HTTP_STATUS[error.kind])
        .send({ reason: error.code, params: error.params, requestId: request.id });
      return;
    }
    const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
    if (status >= 500) {
      // The route, not the address: some addresses hold a secret.
      this.logger.error({ msg: 'unexpected error', err: error, route: request.routeOptions.url });
    }
    const reason =
      status === 404 ? 'not-found' : status === 413 ? 'too-large' : status < 500 ? 'request-invalid' : 'unexpected';
    void reply.status(status).send({ reason, params: {}, requestId: request.id });
  }
}

function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
