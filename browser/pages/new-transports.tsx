import { createHttpTransport, useOctavusChat } from '@octavus/react';
import { Component, type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

/** A transport of its own for every render, of which Strict Mode makes two: the mistake that the hook names. */
function Chat() {
  const { status } = useOctavusChat({ transport: createHttpTransport({ url: '/chat' }) });
  return <p>{status}</p>;
}

class Boundary extends Component<{ children: ReactNode }, { error?: Error }> {
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override state: { error?: Error } = {};
  override render() {
    return this.state.error ? <p role="alert">{this.state.error.message}</p> : this.props.children;
  }
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Boundary>
      <Chat />
    </Boundary>
  </StrictMode>,
);
