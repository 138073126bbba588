/** protocol-language.md 2.9.1 */
const idPattern = /^[a-z0-9][a-z0-9-]*(?:\/[A-Za-z0-9][A-Za-z0-9._:@+-]*)+$/;

/** The parts before and after the first `/`; `undefined` when it is no `provider/model-id`. */
export function splitModelId(id: string): { readonly provider: string; readonly modelId: string } | undefined {
  if (typeof id !== 'string' || !idPattern.test(id)) return undefined;
  const slash = id.indexOf('/');
  return { provider: id.slice(0, slash), modelId: id.slice(slash + 1) };
}
