import type { AgentFiles } from '@octavus/console-api';
import { protocolJsonSchema } from '@octavus/protocol';
import { useMemo } from 'react';
import { Button } from '../../components/controls.tsx';
import { readFile, removeFile, writeFile } from './agent-draft.ts';
import type { Place } from './agent-editor.tsx';
import { CodeEditor } from './code-editor.tsx';
import { FileList } from './file-list.tsx';
import { type FileDiagnostic, Findings } from './findings.tsx';
import { completeFromSchema } from './schema-completion.ts';
import type { Draft } from './use-draft.ts';

interface AgentFilesEditorProps {
  readonly files: AgentFiles;
  readonly place: Place;
  readonly findings: readonly FileDiagnostic[];
  readonly canWrite: boolean;
  readonly onOpen: (place: Place) => void;
  readonly onChange: Draft['write'];
}

const completions = completeFromSchema(protocolJsonSchema() as object);

/** The files beside the one that is open, with what is wrong below. */
export function AgentFilesEditor({ files, place, findings, canWrite, onOpen, onChange }: AgentFilesEditorProps) {
  const open = place.file;
  const ofOpenFile = useMemo(() => findings.filter(({ file }) => file === open), [findings, open]);
  return (
    <div className="grid gap-4 lg:grid-cols-[13rem_1fr]">
      <FileList
        files={files}
        open={open}
        canWrite={canWrite}
        diagnostics={findings}
        onOpen={(file) => onOpen({ file })}
        onChange={onChange}
      />
      <div className="min-w-0">
        <CodeEditor
          key={open}
          label={open}
          language={open === 'protocol' ? 'yaml' : 'markdown'}
          value={readFile(files, open)}
          isReadOnly={!canWrite}
          diagnostics={ofOpenFile}
          place={place}
          {...(open === 'protocol' && { completions })}
          onChange={(text) => onChange((current) => writeFile(current, open, text))}
        />
        {canWrite && open !== 'protocol' && (
          <div className="mt-2 text-right">
            <Button
              kind="danger"
              onClick={() => {
                onChange((current) => removeFile(current, open));
                onOpen({ file: 'protocol' });
              }}
            >
              Remove {open}
            </Button>
          </div>
        )}
        <Findings diagnostics={findings} onOpen={onOpen} />
      </div>
    </div>
  );
}
