/** What an object or a list takes beside what is in it, and a value beside its characters. With these, a turn's changes count for 1.3 times what V8 keeps. */
const objectBytes = 40;
const valueBytes = 16;

/** Roughly the bytes of a JSON value in memory, however deep it is; in time proportional to the number of values in it, not to their length. */
export function memoryOf(json: unknown): number {
  let bytes = 0;
  const open: unknown[] = [json];
  while (open.length > 0) {
    const value = open.pop();
    bytes += valueBytes;
    if (typeof value === 'string') bytes += value.length;
    else if (typeof value === 'object' && value !== null) {
      bytes += objectBytes;
      for (const inner of Object.values(value)) open.push(inner);
    }
  }
  return bytes;
}
