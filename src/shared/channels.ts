/** The two channels between main and the page: calls with an answer, and events. */
export const CALL_CHANNEL = 'resbench:call';
export const EVENT_CHANNEL = 'resbench:event';
