import type { SchemaNode } from '../schema/json-schema.ts';
import { shorten } from './conversation.ts';
import type { Hints } from './hints.ts';
import { splitWords } from './words.ts';

/** Fixed values for the formats of JSON Schema, where nothing said fits. */
const formatFillers: { readonly [format: string]: string } = {
  date: '2025-01-15',
  'date-time': '2025-01-15T12:00:00Z',
  time: '12:00:00Z',
  duration: 'P1D',
  email: 'person@example.com',
  'idn-email': 'person@example.com',
  hostname: 'example.com',
  'idn-hostname': 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  iri: 'https://example.com/',
  'uri-reference': '/example',
  'iri-reference': '/example',
  'uri-template': '/example/{id}',
  uuid: '00000000-0000-4000-8000-000000000000',
  'json-pointer': '/example',
  'relative-json-pointer': '0',
  regex: '.*',
  byte: 'ZXhhbXBsZQ==',
};

/** Tried in turn against a `pattern`. */
const patternCandidates = [
  'example',
  'Example',
  'a',
  'A',
  '1',
  '0',
  'a1',
  'A1',
  'AA',
  '12',
  '123',
  '1234',
  '12345',
  'ABC-123',
  'abc-123',
  '+10000000000',
  '10:00',
  '#000000',
  '1.0.0',
  'a@b.co',
  '_',
  '',
];

/** Longest piece of what was said that goes into one value. */
const maxSaidLength = 200;

export function fillString(node: SchemaNode, name: string, hints: Hints): string {
  const format = typeof node.format === 'string' ? node.format : undefined;
  const value = format === undefined ? plainString(name, hints) : formatted(format, hints);
  const fitted = format === undefined || formatFillers[format] === undefined ? fitLength(value, node) : value;
  return typeof node.pattern === 'string' ? fitPattern(fitted, node.pattern) : fitted;
}

function plainString(name: string, hints: Hints): string {
  const said = hints.takeString(name);
  if (said !== undefined) return shorten(said, maxSaidLength);
  const words = splitWords(name);
  if (words.at(-1) === 'date') return '2025-01-15';
  if (/^e?mail$/.test(words.at(-1) ?? '')) return 'person@example.com';
  return words.length > 0 ? `example ${words.join(' ')}` : 'example';
}

function formatted(format: string, hints: Hints): string {
  const said =
    format === 'email' || format === 'idn-email'
      ? hints.takeEmail()
      : format === 'date'
        ? hints.takeDate()
        : format === 'date-time'
          ? hints.takeDateTime()
          : /^(?:uri|url|iri)$/.test(format)
            ? hints.takeUrl()
            : undefined;
  return said ?? formatFillers[format] ?? 'example';
}

function fitLength(value: string, node: SchemaNode): string {
  const least = typeof node.minLength === 'number' ? node.minLength : 0;
  const most = typeof node.maxLength === 'number' ? node.maxLength : Number.POSITIVE_INFINITY;
  // JSON Schema counts code points, not UTF-16 units.
  const points = [...value];
  if (points.length < least) return value + 'x'.repeat(least - points.length);
  return points.length > most ? points.slice(0, most).join('') : value;
}

function fitPattern(value: string, pattern: string): string {
  try {
    const expression = new RegExp(pattern, 'u');
    return [value, ...patternCandidates].find((candidate) => expression.test(candidate)) ?? value;
  } catch {
    return value;
  }
}

/** A number that was said, if it is within the bounds, else the one nearest to 1 that is. */
export function fillNumber(node: SchemaNode, hints: Hints): number {
  const range = rangeOf(node);
  const said = hints.takeNumber((value) => fitsRange(value, range));
  if (said !== undefined) return said;
  const start = Math.min(Math.max(1, range.least), range.most);
  if (range.step === undefined) return start;
  const up = Math.ceil(start / range.step) * range.step;
  const down = Math.floor(start / range.step) * range.step;
  return [up, down].find((value) => fitsRange(value, range)) ?? start;
}

/** The multiples next to a number that are within the bounds, `count` to each side. */
export function numbersAround(value: number, count: number, node: SchemaNode): number[] {
  const range = rangeOf(node);
  const steps = Array.from({ length: count }, (_, index) => (index + 1) * (range.step ?? 1));
  return steps.flatMap((step) => [value + step, value - step]).filter((candidate) => fitsRange(candidate, range));
}

interface Range {
  readonly least: number;
  readonly most: number;
  /** Values are multiples of it. */
  readonly step: number | undefined;
}

function rangeOf(node: SchemaNode): Range {
  const isInteger =
    node.type === 'integer' ||
    (Array.isArray(node.type) && node.type.includes('integer') && !node.type.includes('number'));
  const bound = (key: string): number | undefined =>
    typeof node[key] === 'number' ? (node[key] as number) : undefined;
  const multiple = bound('multipleOf');
  const step = isInteger && (multiple === undefined || !Number.isInteger(multiple)) ? 1 : multiple;
  const gap =
    step ?? gapBetween(bound('exclusiveMinimum') ?? bound('minimum'), bound('exclusiveMaximum') ?? bound('maximum'));
  const above = bound('exclusiveMinimum');
  const below = bound('exclusiveMaximum');
  return {
    least: Math.max(
      bound('minimum') ?? Number.NEGATIVE_INFINITY,
      above === undefined ? Number.NEGATIVE_INFINITY : above + gap,
    ),
    most: Math.min(
      bound('maximum') ?? Number.POSITIVE_INFINITY,
      below === undefined ? Number.POSITIVE_INFINITY : below - gap,
    ),
    step,
  };
}

/** A distance that stays inside an open interval. */
function gapBetween(low: number | undefined, high: number | undefined): number {
  return low !== undefined && high !== undefined ? (high - low) / 4 : 1;
}

function fitsRange(value: number, { least, most, step }: Range): boolean {
  return value >= least && value <= most && (step === undefined || Number.isInteger(value / step));
}
