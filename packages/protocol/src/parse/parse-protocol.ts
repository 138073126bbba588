import type { Place, Report } from '../diagnostics/report.ts';
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
  let isSound = true;
  const watched: Report = (code, place, params, help) => {
    isSound = false;
    report(code, place, params, help);
  };
  const document = composeProtocol(text, watched);
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
