// The application's home tab.

import { h, replace } from "../parts/dom.js";
import { attempt } from "../parts/notes.js";
import { drawBlocks } from "./blocks.js";

export class AppHome {
  constructor(desk) {
    this.desk = desk;
    this.isOpen = false;
    this.signature = "";
    this.homeTab = this.#tab("Home", true);
    this.messagesTab = this.#tab("Messages", false);
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "RelayDesk", hidden: true }, this.homeTab, this.messagesTab);
    this.element = h("div", { class: "scroller home", role: "tabpanel", "aria-label": "Home", tabindex: "0", hidden: true });
  }

  update(slack, isApp) {
    if (isApp && this.tabs.hidden) this.#choose(true);
    if (!isApp) this.isOpen = false;
    this.tabs.hidden = !isApp;
    this.element.hidden = !this.isOpen;
    this.homeTab.setAttribute("aria-selected", String(this.isOpen));
    this.messagesTab.setAttribute("aria-selected", String(!this.isOpen));
    const signature = JSON.stringify([slack.viewer, slack.home?.hash]);
    if (signature === this.signature) return;
    this.signature = signature;
    const empty = h("p", { class: "empty" }, "The application has published nothing for this person yet.");
    replace(this.element, slack.home ? drawBlocks(slack.home.blocks, this.#surface(slack)) : empty);
  }

  #tab(label, isHome) {
    return h("button", { type: "button", role: "tab", on: { click: () => this.#choose(isHome, true) } }, label);
  }

  #choose(isHome, draw = false) {
    this.isOpen = isHome;
    if (isHome) attempt(() => this.desk.act("slack/open-home", {}));
    if (draw) this.desk.draw();
  }

  #surface(slack) {
    return {
      viewer: slack.viewer,
      entered: (block, element) => slack.home.state?.values?.[block.block_id]?.[element.action_id],
      enter: (block, _element, value) =>
        attempt(() => this.desk.act("slack/fill", { view: slack.home.id, values: { [block.block_id]: value } })),
      settle: () => {},
      keptNode: () => null,
      keepNode: () => {},
      suggest: async (element, typed) =>
        (await attempt(() => this.desk.act("slack/suggest", { view: slack.home.id, action_id: element.action_id, typed })))
          ?.options || [],
      press: (block, element, selected) =>
        this.desk.tell("slack/press-in-view", {
          view: slack.home.id,
          action_id: element.action_id,
          block_id: block.block_id,
          selected,
        }),
    };
  }
}
