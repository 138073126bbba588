import type { InteractiveTool } from '@octavus/react';
import { useId, useState } from 'react';
import { Button } from '../../components/controls.tsx';
import { Json } from '../../components/json.tsx';
import { Card } from '../../components/layout.tsx';

const keyOf = (toolName: string) => `octavus-mock-${toolName}`;

/** Answers a tool call by hand; the answer can be kept in this browser for the next call of the tool. */
export function ToolAnswer({ call }: { readonly call: InteractiveTool }) {
  const id = useId();
  const [text, setText] = useState(() => localStorage.getItem(keyOf(call.toolName)) ?? '{}');
  const answer = () => call.submit(parseAnswer(text));
  const keep = () => {
    localStorage.setItem(keyOf(call.toolName), text);
    answer();
  };
  return (
    <Card title={`The agent calls ${call.toolName}`}>
      <Json value={call.args} />
      <label htmlFor={id} className="mt-3 mb-1 block text-sm font-medium">
        Result, as JSON or text
      </label>
      <textarea
        id={id}
        rows={4}
        className="w-full rounded-md border border-line bg-surface p-2 font-mono text-sm"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="mt-2 flex flex-wrap gap-2">
        <Button kind="primary" onClick={answer}>
          Answer
        </Button>
        <Button onClick={keep}>Answer and keep for next time</Button>
        <Button onClick={() => call.cancel()}>Refuse</Button>
      </div>
    </Card>
  );
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
