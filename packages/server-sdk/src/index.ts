export type * from '@octavus/core';
