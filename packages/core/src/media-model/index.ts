export type * from './port.ts';
export type * from './request.ts';
