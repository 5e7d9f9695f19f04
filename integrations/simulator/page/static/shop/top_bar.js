// The bar above the windows: the simulator's time, the state of the link, and the windows' names on narrow screens.

import { h, replace } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { wholeTime } from "../parts/times.js";

const WINDOWS = [
  ["slack", "Slack", "chat"],
  ["mailbox", "Buyer's mailbox", "mail"],
  ["orders", "Walmart orders", "box"],
];

export class TopBar {
  constructor(desk) {
    this.time = h("span", { class: "sim-time" });
    this.link = h("span", { class: "link-state", role: "status" });
    this.count = h("span", { class: "count", hidden: true });
    this.faults = h(
      "button",
      { type: "button", class: "button", "aria-expanded": "false", on: { click: () => desk.toggleDrawer() } },
      icon("bolt"),
      "Faults & clock",
      this.count,
    );
    this.switches = WINDOWS.map(([name, label, sign]) =>
      h("button", { type: "button", role: "tab", data: { window: name }, on: { click: () => this.show(name) } }, icon(sign), label),
    );
    this.element = h(
      "header",
      { class: "top-bar" },
      h("span", { class: "brand" }, h("span", { class: "brand-mark", "aria-hidden": "true" }), h("h1", {}, "RelayDesk ", h("small", {}, "simulator"))),
      h("div", { class: "switches", role: "tablist", "aria-label": "Windows" }, this.switches),
      this.link,
      h("span", { class: "clock-face", title: "The simulator’s time" }, icon("clock"), this.time),
      this.faults,
    );
  }

  // Matters only where the windows do not fit beside each other.
  show(name) {
    document.body.dataset.window = name;
    for (const entry of this.switches) entry.setAttribute("aria-selected", String(entry.dataset.window === name));
  }

  linked(isLinked) {
    this.link.className = `link-state ${isLinked ? "live" : "lost"}`;
    replace(this.link, isLinked ? "live" : "connection lost, trying again");
  }

  update(state) {
    this.read = { at: performance.now(), now: Date.parse(state.clock.now), rate: state.clock.rate };
    this.count.hidden = !state.faults.length;
    replace(this.count, String(state.faults.length));
    this.tick();
  }

  // Returns the simulator's time in words.
  tick() {
    if (!this.read) return "";
    const passed = (performance.now() - this.read.at) * this.read.rate;
    const text = wholeTime(new Date(this.read.now + passed));
    replace(this.time, text);
    return text;
  }
}
