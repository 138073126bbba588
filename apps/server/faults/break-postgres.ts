import type { Socket } from 'node:net';
import pg from 'pg';
import type { Injector } from './injector.ts';

/** Cuts the connection of a query in this process before it is sent, or after the server has done it. Dispose to mend them. */
export function breakPostgres(injector: Injector, when: 'before' | 'after'): Disposable {
  const { query } = pg.Client.prototype;
  async function failing(this: pg.Client, ...args: unknown[]): Promise<unknown> {
    const original = () => Reflect.apply(query, this, args) as Promise<unknown>;
    if (!injector.hit()) return original();
    if (when === 'after') await original();
    (this as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    if (when === 'before') return original();
    throw new Error('Connection terminated unexpectedly');
  }
  pg.Client.prototype.query = failing as unknown as typeof query;
  return {
    [Symbol.dispose]: () => {
      pg.Client.prototype.query = query;
    },
  };
}
