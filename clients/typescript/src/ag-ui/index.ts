/** AG-UI 1: `new ThreadcastAgent({ client })` wherever an agent of `@ag-ui/client` is expected. */

export { ThreadcastAgent, type ThreadcastAgentConfig } from "./agent.js";
export { type ThreadcastState, toAgUiMessages } from "./events.js";
