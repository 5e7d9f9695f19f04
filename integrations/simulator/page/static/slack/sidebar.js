// The workspace's channels, the application, and as whom the visitor acts.

import { h, replace } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { avatar } from "./message.js";

export const APP = "app";
const KINDS = { member: "", "single-channel guest": "guest", "multi-channel guest": "guest", stranger: "from another workspace" };

export class Sidebar {
  constructor(desk) {
    this.desk = desk;
    this.seen = new Map();
    this.who = h("select", {
      id: "acting-as",
      on: { change: (event) => desk.look({ viewer: event.currentTarget.value, thread: "" }) },
    });
    this.name = h("strong", { class: "workspace-name" });
    this.places = h("ul", {});
    this.face = h("span", {});
    this.element = h(
      "nav",
      { class: "sidebar", "aria-label": "Channels" },
      this.name,
      h("h3", {}, "Channels"),
      this.places,
      h("div", { class: "acting" }, h("label", { for: "acting-as" }, "You act as"), h("div", { class: "acting-row" }, this.face, this.who)),
    );
  }

  update(state, look) {
    const { slack } = state;
    replace(this.name, slack.workspace);
    replace(this.face, avatar(slack.viewer, slack.app, true));
    replace(
      this.who,
      state.visitors.map((id) => {
        const kind = KINDS[slack.people[id].kind];
        const label = kind ? `${slack.people[id].name} (${kind})` : slack.people[id].name;
        return h("option", { value: id, selected: id === slack.viewer }, label);
      }),
    );
    replace(this.places, slack.channels.map((channel) => this.#entry(channel, slack, look)), this.#app(slack, look));
  }

  #entry(channel, slack, look) {
    const key = `${slack.viewer}/${channel.id}`;
    const isHere = look.channel === channel.id;
    if (isHere || !this.seen.has(key)) this.seen.set(key, channel.latest);
    const isUnread = Number(channel.latest || 0) > Number(this.seen.get(key) || 0);
    const sign = channel.is_private ? "lock" : channel.is_shared ? "shared" : "hash";
    return this.#place(channel.id, isHere, isUnread, icon(sign), channel.name);
  }

  #app(slack, look) {
    return this.#place(APP, look.channel === APP, false, avatar(slack.app, slack.app, true), slack.people[slack.app].name);
  }

  #place(channel, isHere, isUnread, sign, name) {
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: isUnread ? "unread" : null,
          "aria-current": isHere ? "page" : null,
          on: { click: () => this.desk.look({ channel, thread: "", most: undefined }) },
        },
        sign,
        h("span", {}, name),
        isUnread ? h("span", { class: "dot", role: "img", "aria-label": "new messages" }) : null,
      ),
    );
  }
}
