// `immurepo/message-pack`: records in MessagePack.

export { messagePack } from '../codec/message-pack.js';
