import type { AgentFiles } from '@octavus/console-api';
import { useEffect, useState } from 'react';
import { call } from '../../api/client.ts';
import { useProject } from '../../use-project.ts';
import type { FileDiagnostic } from './agent-editor.tsx';

/** How long one has to stop typing before the text is checked, in milliseconds. */
const pauseMs = 250;

const none: readonly FileDiagnostic[] = [];

/** What the server finds in the files as they are, errors first. */
export function useDiagnostics(files: AgentFiles, isEnabled: boolean): readonly FileDiagnostic[] {
  const { projectId } = useProject();
  const [found, setFound] = useState(none);
  useEffect(() => {
    if (!isEnabled) return;
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      const options = { params: { projectId }, body: files as never, signal: controller.signal };
      try {
        const { errors, warnings } = await call('POST /console/api/projects/:projectId/agents/validate', options);
        setFound([...errors, ...warnings]);
      } catch {
        // The next change asks again; saving tells what is wrong in any case.
      }
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [files, isEnabled, projectId]);
  return found;
}
