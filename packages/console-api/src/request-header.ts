/**
 * Every request that changes something carries this header, with any value: pages of other sites cannot send it without a
 * pre-flight, which the console's API never allows (protection against cross-site request forgery).
 */
export const consoleRequestHeader = 'x-octavus-console';
