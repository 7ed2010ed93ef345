export { createEventSource, eventFields, type EventContext, type EventSource } from "./event-fields.ts";
export { createTail, type Follower, type Tail, type TailOptions } from "./tail.ts";
export type { Send } from "./transitions.ts";
