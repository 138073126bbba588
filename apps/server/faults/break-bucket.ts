import { S3Client } from '@aws-sdk/client-s3';
import type { Injector } from './injector.ts';

/** Makes requests of this process to a bucket fail, before they are sent or after they were done. Dispose to mend them. */
export function breakBucket(injectors: { readonly before: Injector; readonly after: Injector }): Disposable {
  const { send } = S3Client.prototype;
  const broken = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  S3Client.prototype.send = async function (this: S3Client, ...args: unknown[]) {
    if (injectors.before.hit()) throw broken();
    const answer = await Reflect.apply(send, this, args);
    if (injectors.after.hit()) throw broken();
    return answer;
  } as typeof send;
  return {
    [Symbol.dispose]: () => {
      S3Client.prototype.send = send;
    },
  };
}
