/** The namespace of an MCP tool's name, `namespace__tool`; empty for other names (protocol-language.md 6.5). */
export function namespaceOf(toolName: string): string {
  return toolName.slice(0, Math.max(0, toolName.indexOf('__')));
}
