import type { AgentFiles } from '@octavus/console-api';
import { useEffect, useState } from 'react';
import { call } from '../../api/client.ts';
import { useProject } from '../../use-project.ts';
import type { FileDiagnostic } from './findings.tsx';

/** How long one has to stop typing before the text is checked, in milliseconds. */
const pauseMs = 250;

/** What the server found in the files. */
export interface Check {
  /** Of the last check that came through; while the next one is under way its findings stand. */
  readonly state: 'checking' | 'checked' | 'unreachable';
  /** In the protocol, prompts and references; errors first. */
  readonly findings: readonly FileDiagnostic[];
}

/** Has the files checked as they are. */
export function useCheck(files: AgentFiles, isEnabled: boolean): Check {
  const { projectId } = useProject();
  const [check, setCheck] = useState<Check>({ state: 'checking', findings: [] });
  useEffect(() => {
    if (!isEnabled) return;
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      const options = { params: { projectId }, body: files as never, signal: controller.signal };
      try {
        const { errors, warnings } = await call('POST /console/api/projects/:projectId/agents/validate', options);
        const findings: FileDiagnostic[] = [...errors, ...warnings];
        // The form for the settings says at its fields what is wrong with them.
        setCheck({ state: 'checked', findings: findings.filter(({ file }) => file !== 'settings') });
      } catch {
        // The next change asks again; saving tells what is wrong in any case.
        if (!controller.signal.aborted) setCheck(({ findings }) => ({ state: 'unreachable', findings }));
      }
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [files, isEnabled, projectId]);
  return check;
}
