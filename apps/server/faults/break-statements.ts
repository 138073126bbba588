import { StatementSync } from 'node:sqlite';
import type { Injector } from './injector.ts';

/** Result codes (https://www.sqlite.org/rescode.html) of faults that a file system causes. */
const faults = [
  { errcode: 13, message: 'database or disk is full' },
  { errcode: 10, message: 'disk I/O error' },
  { errcode: 8, message: 'attempt to write a readonly database' },
] as const;

export interface StatementFaults {
  /** Instead of the statement, each kind of fault in its turn. */
  readonly before: Injector;
  /** An I/O error after a statement that writes, a commit among them, has been done. */
  readonly after: Injector;
}

/** Makes statements of node:sqlite fail in this thread, for as long as it lives: `begin` and `commit` are statements, too. */
export function breakStatements({ before, after }: StatementFaults): void {
  let next = 0;
  const failBefore = () => {
    if (before.hit()) throw faultOf(faults[next++ % faults.length]!);
  };
  const { run, all } = StatementSync.prototype;
  StatementSync.prototype.run = function (this: StatementSync, ...values: unknown[]) {
    failBefore();
    const result = Reflect.apply(run, this, values);
    if (after.hit()) throw faultOf(faults[1]);
    return result;
  };
  StatementSync.prototype.all = function (this: StatementSync, ...values: unknown[]) {
    failBefore();
    return Reflect.apply(all, this, values);
  };
}

function faultOf({ message, errcode }: (typeof faults)[number]): Error {
  return Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });
}
