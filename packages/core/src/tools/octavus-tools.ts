/** Start of the names that are reserved for tools of the platform. */
export const OCTAVUS_INTERNAL_PREFIX = 'octavus_';

/** Tools of skills and of the sandbox they run in. */
export const OCTAVUS_SKILL_TOOLS = {
  SKILL_READ: 'octavus_skill_read',
  SKILL_LIST: 'octavus_skill_list',
  SKILL_RUN: 'octavus_skill_run',
  SKILL_SETUP: 'octavus_skill_setup',
  CODE_RUN: 'octavus_code_run',
  FILE_WRITE: 'octavus_file_write',
  FILE_READ: 'octavus_file_read',
  FILE_UPLOAD: 'octavus_file_upload',
} as const;
export type OctavusSkillToolName = (typeof OCTAVUS_SKILL_TOOLS)[keyof typeof OCTAVUS_SKILL_TOOLS];

/** Tools that read an agent's references. */
export const OCTAVUS_REFERENCE_TOOLS = {
  REFERENCE_LIST: 'octavus_reference_list',
  REFERENCE_READ: 'octavus_reference_read',
} as const;
export type OctavusReferenceToolName = (typeof OCTAVUS_REFERENCE_TOOLS)[keyof typeof OCTAVUS_REFERENCE_TOOLS];

/** Tools that list and activate MCP servers on demand. */
export const OCTAVUS_MCP_TOOLS = {
  MCP_LIST: 'octavus_mcp_list',
  MCP_ACTIVATE: 'octavus_mcp_activate',
} as const;
export type OctavusMcpToolName = (typeof OCTAVUS_MCP_TOOLS)[keyof typeof OCTAVUS_MCP_TOOLS];

/** Every tool that the platform runs itself. */
export const OCTAVUS_INTERNAL_TOOLS = {
  ...OCTAVUS_SKILL_TOOLS,
  ...OCTAVUS_REFERENCE_TOOLS,
  ...OCTAVUS_MCP_TOOLS,
  GENERATE_IMAGE: 'octavus_generate_image',
  GENERATE_VIDEO: 'octavus_generate_video',
  GENERATE_SPEECH: 'octavus_generate_speech',
  TRANSCRIBE_AUDIO: 'octavus_transcribe_audio',
  WEB_SEARCH: 'octavus_web_search',
  TODO_WRITE: 'octavus_todo_write',
} as const;
export type OctavusInternalToolName = (typeof OCTAVUS_INTERNAL_TOOLS)[keyof typeof OCTAVUS_INTERNAL_TOOLS];

/** Whether the name is reserved for the platform, a tool of a newer version included. */
export function isOctavusInternalTool(name: string): boolean {
  return name.startsWith(OCTAVUS_INTERNAL_PREFIX);
}

/** Whether the name is one of `OCTAVUS_SKILL_TOOLS`. */
export function isOctavusSkillTool(name: string): name is OctavusSkillToolName {
  return isMember(OCTAVUS_SKILL_TOOLS, name);
}

/** Whether the name is one of `OCTAVUS_REFERENCE_TOOLS`. */
export function isOctavusReferenceTool(name: string): name is OctavusReferenceToolName {
  return isMember(OCTAVUS_REFERENCE_TOOLS, name);
}

/** Whether the name is one of `OCTAVUS_MCP_TOOLS`. */
export function isOctavusMcpTool(name: string): name is OctavusMcpToolName {
  return isMember(OCTAVUS_MCP_TOOLS, name);
}

/** The skill that a call of a skill tool is about; `undefined` for other tools and for calls that name none. */
export function getSkillSlugFromToolCall(name: string, args: Record<string, unknown> | undefined): string | undefined {
  if (!isOctavusSkillTool(name)) return undefined;
  return typeof args?.skill === 'string' ? args.skill : undefined;
}

function isMember(record: Readonly<Record<string, string>>, name: string): boolean {
  return Object.values(record).includes(name);
}
