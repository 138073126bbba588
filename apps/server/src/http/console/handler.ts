import type { BodyOf, JsonRouteName, ParamsOf, QueryOf, ResponseOf, Role, RouteName } from '@octavus/console-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignedIn } from '../../console/accounts.ts';
import type { Metrics } from '../../metrics.ts';
import type { Services } from '../../services.ts';
import type { OpenStreams } from '../open-streams.ts';

/** A request that was let in and whose query and body are as the contract says. */
export interface ConsoleRequest<Name extends RouteName> {
  readonly params: ParamsOf<Name>;
  readonly query: QueryOf<Name>;
  readonly body: BodyOf<Name>;
  /** Throws on routes for anyone. */
  readonly signedIn: SignedIn;
  /** Throws on routes outside a project. */
  readonly role: Role;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers a route with its body; a stream is sent by the handler itself. */
export type ConsoleHandler<Name extends RouteName> = (
  request: ConsoleRequest<Name>,
) => Promise<Name extends JsonRouteName ? ResponseOf<Name> : void>;

/** One for every route of the contract: a missing one does not compile. */
export type ConsoleHandlers = { readonly [Name in RouteName]: ConsoleHandler<Name> };

export interface HandlerContext {
  readonly services: Services;
  readonly streams: OpenStreams;
  readonly metrics: Metrics;
}
