import { ApiError } from '../../api/client.ts';
import { Button } from '../../components/controls.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/layout.tsx';
import type { Draft } from './use-draft.ts';

export function SaveError({ error }: { readonly error: Error }) {
  return <ErrorNote error={toSaveError(error)} />;
}

function toSaveError(error: Error): Error {
  if (!(error instanceof ApiError)) return error;
  if (error.status === 401) return new Error('It was not saved, as your sign-in had ended: save it again.');
  // Findings are at their lines already.
  if (error.issues.some(({ code }) => code?.startsWith('PROTO_')))
    return new Error('It has errors and was not saved: see the findings below the text.');
  return error;
}

interface NewerVersionProps {
  readonly version: number;
  readonly draft: Draft;
  readonly onDecided: () => void;
}

/** Two wrote at once: nothing is lost whichever is kept, as each save is a version of its own. */
export function NewerVersion({ version, draft, onDecided }: NewerVersionProps) {
  return (
    <div role="alert" className="mb-4 rounded-md border border-warn bg-surface p-3">
      <p className="mb-3">
        Version {version} was saved meanwhile, in another tab or by somebody else. Yours began as version{' '}
        {draft.baseVersion}.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          onClick={() => {
            draft.keep();
            onDecided();
          }}
        >
          Go on with mine: it comes after version {version}
        </Button>
        <Button
          kind="danger"
          onClick={() => {
            draft.takeStored();
            onDecided();
          }}
        >
          Drop mine and open version {version}
        </Button>
      </div>
    </div>
  );
}

export function LeaveDialog({ onStay, onLeave }: { readonly onStay: () => void; readonly onLeave: () => void }) {
  return (
    <Dialog title="Leave without saving?" description="What you changed here is lost then." isOpen onClose={onStay}>
      <div className="flex justify-end gap-2">
        <Button kind="primary" onClick={onStay}>
          Stay
        </Button>
        <Button kind="danger" onClick={onLeave}>
          Leave
        </Button>
      </div>
    </Dialog>
  );
}
