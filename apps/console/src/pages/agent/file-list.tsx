import type { AgentFiles } from '@octavus/console-api';
import { useState } from 'react';
import { Button, TextField } from '../../components/controls.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { addPrompt, addReference, type FileName, fileNames } from './agent-draft.ts';
import type { FileDiagnostic } from './findings.tsx';

interface FileListProps {
  readonly files: AgentFiles;
  readonly open: FileName;
  readonly canWrite: boolean;
  readonly diagnostics: readonly FileDiagnostic[];
  readonly onOpen: (file: FileName) => void;
  readonly onChange: (files: AgentFiles) => void;
}

/** The files of an agent; prompts in folders have their path as name. */
export function FileList({ files, open, canWrite, diagnostics, onOpen, onChange }: FileListProps) {
  const [adding, setAdding] = useState<'prompt' | 'reference'>();
  return (
    <nav aria-label="Files">
      <ul className="mb-3">
        {fileNames(files).map((name) => (
          <li key={name}>
            <button
              type="button"
              aria-current={name === open}
              className="flex w-full justify-between gap-2 rounded-md px-2 py-1.5 text-left text-sm break-all hover:bg-raised aria-[current=true]:bg-raised aria-[current=true]:font-semibold"
              onClick={() => onOpen(name)}
            >
              {name === 'protocol' ? 'protocol.yaml' : `${name}.md`}
              {diagnostics.some(({ file, severity }) => file === name && severity === 'error') && (
                <span className="text-danger">error</span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {canWrite && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setAdding('prompt')}>Add a prompt</Button>
          <Button onClick={() => setAdding('reference')}>Add a reference</Button>
        </div>
      )}
      {adding && (
        <AddFile
          kind={adding}
          taken={fileNames(files)}
          onClose={() => setAdding(undefined)}
          onAdd={(name, description) => {
            onChange(adding === 'prompt' ? addPrompt(files, name) : addReference(files, name, description));
            onOpen(`${adding}s/${name}`);
            setAdding(undefined);
          }}
        />
      )}
    </nav>
  );
}

interface AddFileProps {
  readonly kind: 'prompt' | 'reference';
  readonly taken: readonly FileName[];
  readonly onClose: () => void;
  readonly onAdd: (name: string, description: string) => void;
}

function AddFile({ kind, taken, onClose, onAdd }: AddFileProps) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const isTaken = taken.includes(`${kind}s/${name}`);
  return (
    <Dialog title={`Add a ${kind}`} isOpen onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isTaken) onAdd(name, description);
        }}
      >
        <TextField
          label="Name"
          required
          autoFocus
          value={name}
          onChange={({ target }) => setName(target.value.trim())}
          hint={kind === 'prompt' ? 'Folders with /, for example shared/tone' : 'Lower-case letters, digits, hyphens'}
          {...(isTaken && { error: 'There is one of this name already' })}
        />
        {kind === 'reference' && (
          <TextField
            label="Description"
            required
            hint="By it the model decides when to read it"
            value={description}
            onChange={({ target }) => setDescription(target.value)}
          />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary">
            Add
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
