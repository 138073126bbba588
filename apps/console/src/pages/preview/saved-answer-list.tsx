import { Button } from '../../components/controls.tsx';
import { Json } from '../../components/json.tsx';
import { Card } from '../../components/layout.tsx';
import { forgetAnswer, useSavedAnswers } from './saved-answers.ts';

/** The tools that are answered by themselves, and how. */
export function SavedAnswerList({ agentId }: { readonly agentId: string }) {
  const answers = useSavedAnswers(agentId);
  if (answers.length === 0) return null;
  return (
    <Card title="Saved answers">
      <p className="mb-3 text-sm text-muted">Calls of these tools are answered at once. Kept in this browser.</p>
      <ul className="space-y-3">
        {answers.map(({ toolName, text }) => (
          <li key={toolName}>
            <p className="mb-1 flex flex-wrap items-center justify-between gap-2">
              <code>{toolName}</code>
              <Button aria-label={`Forget the answer of ${toolName}`} onClick={() => forgetAnswer(agentId, toolName)}>
                Forget
              </Button>
            </p>
            <Json value={text} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
