/** AI SDK 7: `useChat({ transport: new ThreadcastChatTransport(client) })`. */

export { ChunkMapper } from "../streaming/chunks.js";
export {
  messageIdOf,
  requestIdOf,
  type ThreadcastData,
  type ThreadcastMetadata,
  type ThreadcastUIMessage,
  toUIMessages,
} from "./messages.js";
export { ThreadcastChatTransport } from "./transport.js";
