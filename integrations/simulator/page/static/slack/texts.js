// Text objects: plain_text is shown letter by letter (emoji names aside), mrkdwn is parsed as Slack parses it.

import { h } from "../parts/dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

export function plain(text) {
  if (!text) return "";
  return text.emoji === false ? text.text : withEmoji(text.text);
}

export function words(text) {
  if (!text) return null;
  const nodes = text.type === "mrkdwn" ? mrkdwn(text.text) : [plain(text)];
  return h("div", { class: "words" }, nodes);
}
