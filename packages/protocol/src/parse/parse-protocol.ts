import { maxDiagnostics, type Place, type Report } from '../diagnostics/report.ts';
import { composeProtocol } from './compose.ts';
import { toNode } from './convert.ts';
import { isNull, type MapNode } from './node.ts';

const wholeProtocol: Place = { file: 'protocol', path: 'protocol' };

/**
 * Parses `protocol.yaml` (protocol-language.md 2.1): stage 2 of the validation.
 *
 * @param text normalised text (`normaliseText`) within the size limit.
 * @returns the sections, or `undefined` when the text cannot be used. Every reason is reported (23 to 34).
 */
export function parseProtocol(text: string, report: Report): MapNode | undefined {
  const reasons = text.length > 2 * startLength ? refuseByStart(text) : [];
  for (const repeat of reasons) repeat(report);
  return reasons.length > 0 ? undefined : readProtocol(text, report);
}

/** Texts of more than twice this length are judged by their start first, so that a hostile file costs little. */
const startLength = 24 * 1024;

/** The length of the longest implicit key: an error further than this from the cut is not caused by the cut. */
const longestKey = 1024;

/**
 * What the start of a long text is refused for: a syntax error, or more repeated keys, tags and the like than are shown.
 * Then nothing behind the start is read, not even to count the rest. Empty when all must be read.
 */
function refuseByStart(text: string): ((report: Report) => void)[] {
  const reasons: ((report: Report) => void)[] = [];
  const end = text.lastIndexOf('\n', startLength) + 1 || startLength;
  let isBroken = false;
  readProtocol(text.slice(0, end), (code, place, params, help) => {
    isBroken ||= code === 'PROTO_YAML_SYNTAX' && (place.offset ?? end) < end - longestKey;
    reasons.push((report) => report(code, place, params, help));
  });
  return isBroken || reasons.length > maxDiagnostics ? reasons : [];
}

function readProtocol(text: string, report: Report): MapNode | undefined {
  let isSound = true;
  const watched: Report = (code, place, params, help) => {
    isSound = false;
    report(code, place, params, help);
  };
  const document = hasContent(text) ? composeProtocol(text, watched) : undefined;
  if (!isSound) return undefined;
  const contents = document?.contents;
  const root = contents ? toNode(contents, text, watched) : undefined;
  if (!isSound) return undefined;
  if (root === undefined || isNull(root) || (root.kind === 'map' && root.entries.size === 0)) {
    report('PROTO_EMPTY', wholeProtocol, {});
    return undefined;
  }
  if (root.kind !== 'map') {
    report('PROTO_ROOT_NOT_MAP', { ...wholeProtocol, offset: root.offset }, {});
    return undefined;
  }
  return root;
}

/** Whether any line is neither blank nor a comment. */
function hasContent(text: string): boolean {
  return /^[ \t]*[^ \t\n#]/m.test(text);
}
