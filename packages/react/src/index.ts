export * from '@octavus/client-sdk';
export { type UseAutoScrollOptions, useAutoScroll } from './use-auto-scroll.ts';
export {
  type UseOctavusChatOptions,
  type UseOctavusChatReturn,
  useOctavusChat,
} from './use-octavus-chat.ts';
export { type ObjectView, useOctavusObject } from './use-octavus-object.ts';
