import { uploadFiles } from '@octavus/react';
import { useCallback } from 'react';
import { call } from '../../api/client.ts';
import { useProject } from '../../use-project.ts';
import type { Upload } from './input-form.tsx';

/** Uploads for the input of a session or run that is yet to begin. */
export function useEarlyUpload(agentId: string): Upload {
  const { projectId } = useProject();
  return useCallback(
    (chosen, onProgress) =>
      uploadFiles(chosen, {
        onProgress,
        requestUploadUrls: (files) =>
          call('POST /console/api/projects/:projectId/agents/:agentId/upload-urls', {
            params: { projectId, agentId },
            body: { files },
          }),
      }),
    [projectId, agentId],
  );
}
