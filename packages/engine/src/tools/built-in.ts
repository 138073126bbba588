import type { MediaModels } from '@octavus/core';
import {
  type AgentDefinition,
  type BuiltInTool,
  type BuiltInToolName,
  builtInToolLabel,
  listBuiltInTools,
} from '@octavus/protocol';
import type { ThreadSettings } from '../state/thread-settings.ts';
import { checkAgainstSchema } from './check-schema.ts';
import { integrationNames, refuseIntegrationCall } from './integrations.ts';
import { generateImage, generateSpeech, generateVideo, mediaScope, transcribeAudio } from './media.ts';
import type { OfferedTool, ServerCall } from './offered-tool.ts';
import { listReferences, readReference } from './references.ts';
import { findSkills, noDevice, noSandbox, presentSkillCall, refuseSkillCall } from './skills.ts';
import { writeTodos } from './todos.ts';
import { searchWeb } from './web-search.ts';

/** The `octavus_*` tools of a scope, run by the server (protocol-language.md 8.1). */
export function builtInTools(definition: AgentDefinition, settings: ThreadSettings, media: MediaModels): OfferedTool[] {
  const { todoList, references, webSearch } = settings;
  const integrations = integrationNames(definition, settings);
  const tools = listBuiltInTools({
    todoList,
    references,
    skills: findSkills(definition, settings),
    ...(integrations && { integrations }),
    ...mediaScope(settings, media),
    webSearch,
  });
  return tools.flatMap((tool) => {
    const run = runners[tool.name]?.(definition, settings);
    return run ? [toOffered(tool, run, definition)] : [];
  });
}

type Run = NonNullable<OfferedTool['run']>;
type MakeRun = (definition: AgentDefinition, settings: ThreadSettings) => Run;

const skillCall: MakeRun = (definition) => (call) => refuseSkillCall(definition, call.input);
const sandboxCall: MakeRun = () => () => ({ outcome: { error: noSandbox } });
const integrationCall: MakeRun = (definition) => (call) => refuseIntegrationCall(definition, call.input);

const runners: { readonly [Name in BuiltInToolName]?: MakeRun } = {
  octavus_todo_write: () => (call, run) => ({ outcome: writeTodos(call, run) }),
  octavus_reference_list:
    (definition, { references }) =>
    () => ({ outcome: listReferences(definition, references) }),
  octavus_reference_read:
    (definition, { references }) =>
    (call: ServerCall) => ({ outcome: readReference(definition, references, call) }),
  octavus_skill_read: skillCall,
  octavus_skill_list: skillCall,
  octavus_skill_run: skillCall,
  octavus_skill_setup: skillCall,
  octavus_code_run: sandboxCall,
  octavus_file_write: sandboxCall,
  octavus_file_read: sandboxCall,
  octavus_file_upload: () => () => ({ outcome: { error: noDevice } }),
  octavus_mcp_list: integrationCall,
  octavus_mcp_activate: integrationCall,
  octavus_generate_image: (_, settings) => generateImage(settings),
  octavus_generate_video: (_, settings) => generateVideo(settings),
  octavus_generate_speech: (_, settings) => generateSpeech(settings),
  octavus_transcribe_audio: (_, settings) => transcribeAudio(settings),
  octavus_web_search: () => searchWeb,
};

function toOffered({ name, description, parameters }: BuiltInTool, run: Run, definition: AgentDefinition): OfferedTool {
  // The list itself is shown, not the call (stream-events.md 5.2).
  const display = name === 'octavus_todo_write' ? 'hidden' : 'description';
  return {
    model: { name, description, inputSchema: parameters, isStrictCapable: false },
    display,
    label: undefined,
    present: (input) =>
      name.startsWith('octavus_skill_')
        ? presentSkillCall(definition, input)
        : { display, label: builtInToolLabel(name, input) },
    check: (input) => checkAgainstSchema(parameters, input),
    run,
  };
}
