export type * from './port.ts';
export type * from './request.ts';
export type * from './stream.ts';
