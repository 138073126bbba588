import { UsageFailure } from '../failures.ts';

/**
 * A name as part of a path of the API.
 *
 * @throws UsageFailure for what a path cannot hold: with it another address would be asked.
 */
export function toSegment(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new UsageFailure(`"${name}" is no name of anything`);
  return encodeURIComponent(name);
}
