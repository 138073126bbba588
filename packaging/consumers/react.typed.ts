import { OctavusChatProvider, type Transport, useOctavusChat, useOctavusObject } from '@octavus/react';
import { createElement, type ReactElement } from 'react';
import type { Agents } from './agents.js';

/** What the generated types allow, and what they refuse. */
export function Chat({ transport }: { transport: Transport }): ReactElement {
  const chat = useOctavusChat<Agents['weather-desk']>({
    transport,
    clientTools: { 'get-weather': async ({ city }) => ({ city: city.toUpperCase() }) },
  });
  const send = () => chat.send('user-message', { USER_MESSAGE: 'Hello' });
  // @ts-expect-error there is no such trigger
  const wave = () => chat.send('wave', {});
  // @ts-expect-error an input of another type
  const wrong = () => chat.send('user-message', { USER_MESSAGE: 1 });
  // @ts-expect-error there is no such tool
  useOctavusChat<Agents['weather-desk']>({ transport, clientTools: { 'get-wether': 'interactive' } });
  return createElement(OctavusChatProvider, { chat }, createElement(Price), [send, wave, wrong].length);
}

function Price(): ReactElement {
  return createElement('b', null, useOctavusObject<{ price: number }>('Quote')?.object?.price);
}
