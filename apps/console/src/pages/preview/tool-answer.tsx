import type { InteractiveTool } from '@octavus/react';
import { useId, useState } from 'react';
import { Button, fieldClass } from '../../components/controls.tsx';
import { Json } from '../../components/json.tsx';
import { Card } from '../../components/layout.tsx';
import { parseAnswer, saveAnswer } from './saved-answers.ts';

interface ToolAnswerProps {
  readonly agentId: string;
  readonly call: InteractiveTool;
}

/** Answers a tool call by hand; the answer can be saved to stand in for the tool from then on. */
export function ToolAnswer({ agentId, call }: ToolAnswerProps) {
  const id = useId();
  const [text, setText] = useState('{}');
  const answer = () => call.submit(parseAnswer(text));
  const save = () => {
    saveAnswer(agentId, { toolName: call.toolName, text });
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
        className={`${fieldClass} w-full font-mono text-sm`}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="mt-2 flex flex-wrap gap-2">
        <Button kind="primary" onClick={answer}>
          Answer
        </Button>
        <Button onClick={save}>Answer so every time</Button>
        <Button onClick={() => call.cancel()}>Refuse</Button>
      </div>
    </Card>
  );
}
