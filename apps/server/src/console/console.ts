import type { ConsoleProvider } from '@octavus/console-api';
import type { Clock, Ids } from '@octavus/engine';
import type { Storage } from '../storage/storage.ts';
import type { AccountService } from './accounts.ts';
import type { ProviderTest } from './providers.ts';
import type { UsageCounter } from './usage.ts';

/** What the console's API is built on, besides the services of the public one. */
export interface ConsoleServices {
  readonly storage: Storage;
  readonly accounts: AccountService;
  readonly usage: Pick<UsageCounter, 'flush'>;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Idle time after which a session expires, in milliseconds. */
  readonly sessionTtlMs: number;
  readonly filesKind: 'disk' | 's3';
  /** Where pages send files and get them from: the public address of the server, or the bucket's. */
  fileOrigin(): Promise<string>;
  /** Public address of the server. */
  baseUrl(): string;
  listProviders(): ConsoleProvider[];
  /** Asks a model of the provider for one short answer. @throws OctavusError NOT_FOUND for an unknown provider. */
  testProvider(providerId: string, model: string | undefined): Promise<ProviderTest>;
}
