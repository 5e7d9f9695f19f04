// The Slack window: channels, the channel or the application, a thread, and the modal above them.

import { h, replace } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { useZone } from "../parts/times.js";
import { AppHome } from "./app_home.js";
import { Composer } from "./composer.js";
import { MessageList } from "./message_list.js";
import { Modal } from "./modal.js";
import { useNames } from "./references.js";
import { APP, Sidebar } from "./sidebar.js";

export class SlackWindow {
  constructor(desk) {
    this.desk = desk;
    this.dismissed = new Set();
    this.sidebar = new Sidebar(desk);
    this.title = h("h2", {});
    this.members = h("span", { class: "members" });
    this.messages = new MessageList("Messages in the channel");
    this.composer = new Composer(desk, "Message to the channel");
    this.cannotWrite = h("p", { class: "cannot-write", hidden: true });
    this.home = new AppHome(desk);
    this.thread = new MessageList("Messages in the thread");
    this.answer = new Composer(desk, "Reply in the thread");
    this.threadPlace = h("small", {});
    this.modal = new Modal(desk);
    this.threadPane = h(
      "aside",
      { class: "thread", "aria-label": "Thread", hidden: true },
      h(
        "header",
        {},
        h("h2", {}, "Thread ", this.threadPlace),
        h("button", { type: "button", class: "quiet", "aria-label": "Close thread", on: { click: () => desk.look({ thread: "" }) } }, icon("close")),
      ),
      this.thread.element,
      this.answer.element,
    );
    this.element = h(
      "section",
      { class: "window slack", "aria-label": "Slack", id: "slack" },
      this.sidebar.element,
      h(
        "div",
        { class: "channel" },
        h("header", {}, this.title, this.members, this.home.tabs),
        this.home.element,
        this.messages.element,
        this.cannotWrite,
        this.composer.element,
      ),
      this.threadPane,
      this.modal.element,
    );
  }

  dismiss(ts) {
    this.dismissed.add(ts);
  }

  update(state, look) {
    const { slack } = state;
    useNames(slack.people, slack.channels);
    useZone(slack.people[slack.viewer].tz);
    this.sidebar.update(state, look);
    this.#updateChannel(slack, look);
    this.#updateThread(slack, look);
    this.modal.update(slack.view, slack.viewer);
  }

  #updateChannel(slack, look) {
    const isApp = look.channel === APP;
    const { channel } = slack;
    const name = isApp ? slack.people[slack.app].name : channel?.name || "";
    replace(this.title, isApp ? null : icon(channel?.is_shared ? "shared" : "hash"), name);
    const people = (channel?.members || []).filter((member) => member !== slack.app).map((member) => slack.people[member].name);
    replace(this.members, isApp || !channel ? "" : people.join(", "));
    this.home.update(slack, isApp);
    const showsMessages = !isApp || !this.home.isOpen;
    this.messages.element.hidden = !showsMessages;
    const earlier = channel?.earlier || 0;
    this.messages.update(this.#visible(channel?.messages || []), this.#place(slack, look.channel, false), {
      name: `${slack.viewer}/${look.channel}`,
      before: earlier ? { label: `Show ${earlier} earlier messages`, most: (channel.messages.length || 0) + earlier } : null,
    });
    const mayWrite = isApp ? slack.app_takes_messages : Boolean(channel?.may_write);
    this.composer.update({
      channel: look.channel,
      thread: "",
      viewer: slack.viewer,
      commands: slack.commands,
      placeholder: isApp ? `Message ${name}` : `Message #${name}`,
      enabled: mayWrite && showsMessages,
    });
    this.cannotWrite.hidden = mayWrite || !showsMessages;
    replace(this.cannotWrite, whyNot(slack, channel, isApp));
  }

  #updateThread(slack, look) {
    const isOpen = Boolean(look.thread && slack.thread);
    this.threadPane.hidden = !isOpen;
    this.element.classList.toggle("with-thread", isOpen);
    if (!isOpen) return;
    replace(this.threadPlace, slack.channel.name ? `#${slack.channel.name}` : "");
    this.thread.update(this.#visible(slack.thread.messages), this.#place(slack, look.channel, true), {
      name: `${slack.viewer}/${look.channel}/${look.thread}`,
    });
    this.answer.update({
      channel: look.channel,
      thread: look.thread,
      viewer: slack.viewer,
      commands: slack.commands,
      placeholder: "Reply…",
      enabled: slack.channel.may_write,
    });
  }

  #place(slack, channel, inThread) {
    return { desk: this.desk, slack, channel, inThread };
  }

  #visible(messages) {
    return messages.filter((message) => !(message.only_you && this.dismissed.has(message.ts)));
  }
}

function whyNot(slack, channel, isApp) {
  const who = slack.people[slack.viewer].name;
  if (isApp) return "Sending messages to this app has been turned off.";
  return channel ? `${who} is not a member of #${channel.name}.` : `${who} cannot see this channel.`;
}
