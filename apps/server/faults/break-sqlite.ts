import { StatementSync } from 'node:sqlite';
import type { Injector } from './injector.ts';

/** Result codes (https://www.sqlite.org/rescode.html) of faults that a file system causes. */
const faults = [
  { errcode: 13, message: 'database or disk is full' },
  { errcode: 10, message: 'disk I/O error' },
  { errcode: 8, message: 'attempt to write a readonly database' },
] as const;

/** Makes statements of node:sqlite in this process fail, every kind of fault in its turn. Dispose to mend them. */
export function breakSqlite(injector: Injector): Disposable {
  const { run, all } = StatementSync.prototype;
  let next = 0;
  const failing = (original: (...values: never[]) => unknown) =>
    function (this: StatementSync, ...values: never[]) {
      if (!injector.hit()) return original.apply(this, values);
      const fault = faults[next++ % faults.length]!;
      throw Object.assign(new Error(fault.message), { code: 'ERR_SQLITE_ERROR', errcode: fault.errcode });
    };
  StatementSync.prototype.run = failing(run) as typeof run;
  StatementSync.prototype.all = failing(all) as typeof all;
  return {
    [Symbol.dispose]: () => {
      Object.assign(StatementSync.prototype, { run, all });
    },
  };
}
