/** Size limits of an agent's files (protocol-language.md 1.4). */
export const limits = {
  fileBytes: 256 * 1024,
  totalBytes: 8 * 1024 * 1024,
  prompts: 500,
  references: 200,
  yamlDepth: 32,
  yamlAliases: 100,
  yamlNodes: 50_000,
  sectionEntries: 500,
  toolsPerScope: 128,
  blocks: 200,
  properties: 100,
  enumValues: 500,
  variants: 50,
  descriptionLength: 8_192,
  titleLength: 200,
} as const;
