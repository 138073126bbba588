import { Composer, type Document, Lexer, Parser } from 'yaml';
import type { Place, Report } from '../diagnostics/report.ts';
import { limits } from './limits.ts';

type Token = Parameters<Composer['next']>[0];
type ComposedDocument = Document.Parsed;

const wholeProtocol: Place = { file: 'protocol', path: 'protocol' };

/** Room above the allowed depth, so that the reported path is complete; each level of nesting is one entry of the parser's stack. */
const deepestStack = limits.yamlDepth + 8;

/**
 * Reads the text with the YAML library as far as its limits allow.
 *
 * The tokens are fed one by one and their nesting and number are watched, because the library composes recursively and
 * hostile text (10,000 open brackets) would exhaust the call stack.
 *
 * @returns the document, or `undefined` when the text is no single YAML 1.2 document (reported).
 */
export function composeProtocol(text: string, report: Report): ComposedDocument | undefined {
  const scan = scanTokens(text);
  if (scan.hasTooMany) {
    report('PROTO_YAML_ALIAS_LIMIT', wholeProtocol, { count: scan.aliases });
    return undefined;
  }
  const version = scan.tokens.find((token) => token.type === 'directive' && !isSupportedDirective(token.source));
  if (version) {
    report('PROTO_YAML_VERSION', { ...wholeProtocol, offset: version.offset }, {});
    return undefined;
  }
  const [document] = composeTokens(scan.tokens);
  if (document && reportSyntax(document, scan.cutAt, report)) return undefined;
  const second = scan.tokens.filter((token) => token.type === 'document')[1];
  if (second) {
    report('PROTO_YAML_MULTIPLE_DOCUMENTS', { ...wholeProtocol, offset: second.offset }, {});
    return undefined;
  }
  return document;
}

interface Scan {
  readonly tokens: Token[];
  readonly aliases: number;
  /** Where reading stopped because the place is nested too deeply; infinite when it did not. */
  readonly cutAt: number;
  readonly hasTooMany: boolean;
}

function scanTokens(text: string): Scan {
  const parser = new Parser();
  const tokens: Token[] = [];
  let aliases = 0;
  let marks = 0;
  let isScalarText = false;
  let offset = 0;
  let cutAt = Number.POSITIVE_INFINITY;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (!isScalarText) {
      if (lexeme[0] === '*') aliases++;
      if (nodeMarks.has(lexeme[0]!)) marks++;
    }
    isScalarText = lexeme === scalarMark;
    if (parser.stack.length > deepestStack) cutAt = offset;
    if (offset === cutAt || marks > 2 * limits.yamlNodes || isDecided(tokens.at(-1), tokens)) break;
    if (!isLexerMark(lexeme)) offset += lexeme.length;
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, aliases, cutAt, hasTooMany: marks > 2 * limits.yamlNodes || aliases > limits.yamlAliases };
}

/** An error or a second document: whatever follows changes nothing. */
function isDecided(last: Token | undefined, tokens: readonly Token[]): boolean {
  return (
    last?.type === 'error' ||
    (last?.type === 'document' && tokens.some((token) => token !== last && token.type === 'document'))
  );
}

/** The lexer's announcement that the next lexeme is the text of a plain or block scalar. */
const scalarMark = '\u001f';

/** Lexemes that stand for no text: document start, wrong end of a flow collection, scalar. */
function isLexerMark(lexeme: string): boolean {
  return lexeme === '\u0002' || lexeme === '\u0018' || lexeme === scalarMark;
}

/** How lexemes begin that make nodes; no node has more than two of them (`- a`, `a: b`, `a, `). */
const nodeMarks = new Set([scalarMark, '"', "'", '*', '-', ',']);

function isSupportedDirective(source: string): boolean {
  return !/^%YAML\b/.test(source) || /^%YAML[ \t]+1\.2(?:[ \t]|$)/.test(source);
}

function composeTokens(tokens: readonly Token[]): ComposedDocument[] {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    prettyErrors: false,
    // Comparing each key with all others is quadratic in the library; `toNode` finds repeated keys.
    uniqueKeys: false,
  });
  return [...composer.compose(tokens)];
}

/** Parsers cascade: only the first error says something. What is missing behind the cut is no error. */
function reportSyntax(document: ComposedDocument, cutAt: number, report: Report): boolean {
  let first: ComposedDocument['errors'][number] | undefined;
  for (const error of document.errors) if (first === undefined || error.pos[0] < first.pos[0]) first = error;
  if (first === undefined || first.pos[0] >= cutAt) return false;
  report('PROTO_YAML_SYNTAX', { ...wholeProtocol, offset: first.pos[0] }, { reason: first.message });
  return true;
}
