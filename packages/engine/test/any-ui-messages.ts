import fc from 'fast-check';

const json = fc.jsonValue({ maxDepth: 2 });
const anyPart: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ type: fc.constant('text'), text: fc.string(), status: fc.constantFrom('done', 'streaming') }),
  fc.record({
    type: fc.constant('tool-call'),
    toolCallId: fc.constantFrom('c1', 'c2', 'not an id!', ''),
    toolName: fc.constantFrom('find-order', 'book'),
    args: fc.dictionary(fc.string(), json),
    display: fc.constantFrom('stream', 'description', 'name', 'title'),
    status: fc.constantFrom('pending', 'running', 'done', 'error', 'cancelled'),
    result: json,
  }),
  fc.record({
    type: fc.constant('object'),
    id: fc.string(),
    typeName: fc.string(),
    status: fc.constantFrom('done', 'error', 'streaming'),
    object: json,
  }),
  fc.record({ type: fc.constant('step-start') }),
  fc.record({ type: fc.constant('made-up'), anything: json }),
);
/** What a client may send to restore a session: well-formed, and as odd as that allows. */
export const anyUiMessages = fc.array(
  fc.record({
    id: fc.string(),
    role: fc.constantFrom('user', 'assistant'),
    parts: fc.array(anyPart, { maxLength: 6 }),
    status: fc.constantFrom('done', 'streaming'),
    createdAt: fc.constant(1_772_616_600_000),
  }),
  { maxLength: 5 },
);
