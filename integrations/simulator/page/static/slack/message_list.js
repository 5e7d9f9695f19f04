// Messages from the oldest to the newest, a line between days; it stays at its end while somebody looks at the end.

import { h, reconcile } from "../parts/dom.js";
import { dayKey, dayName, fromTs } from "../parts/times.js";
import { drawMessage } from "./message.js";

const NEAR = 60;
const TOGETHER_SECONDS = 300;

export class MessageList {
  constructor(label) {
    this.list = h("div", { class: "message-list" });
    this.element = h("div", { class: "scroller", tabindex: "0", role: "log", "aria-label": label }, this.list);
    this.place = "";
    this.sticks = true;
    this.element.addEventListener("scroll", () => {
      this.sticks = this.#isAtEnd();
    });
    // A picture that arrives after its message must not push the newest words out of sight.
    new ResizeObserver(() => this.sticks && this.#toEnd()).observe(this.list);
  }

  // `before` and `after` are elements for the ends of the list, or null.
  update(messages, place, { name, before = null }) {
    const moved = this.place !== name;
    const atEnd = moved || this.#isAtEnd();
    if (moved) this.list.replaceChildren();
    this.place = name;
    reconcile(this.list, [...(before ? [{ kind: "before", ...before }] : []), ...entries(messages)], {
      key: (entry) => entry.ts || entry.kind + (entry.day || ""),
      sameAs: (entry) => JSON.stringify([place.slack.viewer, place.channel, entry]),
      build: (entry) => this.#build(entry, place),
    });
    if (atEnd) this.#toEnd();
  }

  #isAtEnd() {
    return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < NEAR;
  }

  #toEnd() {
    this.sticks = true;
    this.element.scrollTop = this.element.scrollHeight;
  }

  #build(entry, place) {
    if (entry.kind === "day") return h("div", { class: "day" }, h("span", {}, entry.day));
    if (entry.kind === "before") {
      const more = () => place.desk.look({ most: entry.most });
      return h("div", { class: "day" }, h("button", { type: "button", class: "link", on: { click: more } }, entry.label));
    }
    return drawMessage(entry, place);
  }
}

function entries(messages) {
  const shown = [];
  let last = null;
  for (const message of messages) {
    const at = fromTs(message.ts);
    if (!last || dayKey(at) !== dayKey(fromTs(last.ts))) {
      shown.push({ kind: "day", day: dayName(at) });
      last = null;
    }
    shown.push({ ...message, compact: belongTogether(last, message) });
    last = message;
  }
  return shown;
}

function belongTogether(last, message) {
  if (!last || last.user !== message.user || message.bot_id || last.only_you || message.only_you) return false;
  return Number(message.ts) - Number(last.ts) < TOGETHER_SECONDS;
}
