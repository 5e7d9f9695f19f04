// Mentions, channels and links. Names come from the state that the page last read.

import { h } from "../parts/dom.js";

const known = { people: {}, channels: [] };

export function useNames(people, channels) {
  known.people = people;
  known.channels = channels;
}

export const people = () => known.people;
export const channels = () => known.channels;

export function nameOf(userId) {
  return known.people[userId]?.name || userId;
}

export function personNode(userId, label = "") {
  return h("span", { class: "mention" }, `@${known.people[userId]?.name || label || userId}`);
}

export function channelNode(channelId, label = "") {
  const channel = known.channels.find((entry) => entry.id === channelId);
  return h("span", { class: "mention" }, `#${channel?.name || label || channelId}`);
}

export function groupNode(name) {
  return h("span", { class: "mention" }, `@${name.replace(/^@/, "")}`);
}

export function rangeNode(range) {
  return h("span", { class: "mention everyone" }, `@${range.split("^")[0]}`);
}

// Only addresses that a browser opens as a page or a mail become links; anything else stays words.
export function linkNode(address, label = "", styles = []) {
  const text = label || address.replace(/^mailto:/, "");
  if (!/^(?:https?:\/\/|mailto:)/i.test(address)) return text;
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer", class: styles.join(" ") || null }, text);
}
