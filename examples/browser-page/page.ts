import { createHttpTransport, getText, OctavusChat } from '@octavus/client-sdk';

const { octavusUrl, sessionId, token } = await (await fetch('/session', { method: 'POST' })).json();
const transport = createHttpTransport({
  url: `${octavusUrl}/api/agent-sessions/${sessionId}/trigger`,
  headers: { Authorization: `Bearer ${token}`, 'X-Octavus-Sdk-Version': '4' },
});
const chat = new OctavusChat({ transport });

const find = <Type extends HTMLElement>(selector: string) => document.querySelector<Type>(selector) as Type;
const form = find<HTMLFormElement>('form');
const stop = find<HTMLButtonElement>('#stop');

chat.subscribe(() => {
  const lines = chat.messages.map((message) => {
    const line = document.createElement('li');
    line.className = message.role;
    line.textContent = getText(message);
    return line;
  });
  find('#messages').replaceChildren(...lines);
  find('#error').textContent = chat.error?.message ?? '';
  stop.hidden = chat.status !== 'streaming';
});

stop.addEventListener('click', () => chat.stop());
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const content = String(new FormData(form).get('text'));
  form.reset();
  void chat.send('user-message', { USER_MESSAGE: content }, { userMessage: { content } });
});
find<HTMLButtonElement>('#send').disabled = false;
