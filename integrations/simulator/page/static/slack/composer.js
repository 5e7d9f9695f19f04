// The box to write in, for a channel or a thread: Enter sends, a slash starts a command, files go along.

import { h, replace } from "../parts/dom.js";
import { encoded, filePicker } from "../parts/files.js";
import { icon } from "../parts/icons.js";
import { attempt, note } from "../parts/notes.js";
import { people } from "./references.js";

const HIGHEST = 180;

export class Composer {
  constructor(desk, label) {
    this.desk = desk;
    this.drafts = new Map();
    this.place = "";
    this.text = h("textarea", {
      rows: 1,
      "aria-label": label,
      on: { keydown: (event) => this.#keys(event), input: () => this.#typed() },
    });
    this.files = filePicker({ label: "Attach files" });
    this.hint = h("div", { class: "hint" });
    this.element = h(
      "form",
      { class: "composer", on: { submit: (event) => this.#send(event) } },
      this.text,
      h(
        "div",
        { class: "composer-foot" },
        this.files.element,
        this.hint,
        h("button", { type: "submit", class: "send", "aria-label": "Send now" }, icon("send")),
      ),
    );
  }

  update({ channel, thread, placeholder, enabled, commands, viewer }) {
    const place = `${viewer}/${channel}/${thread}`;
    if (place !== this.place) {
      this.drafts.set(this.place, this.text.value);
      this.text.value = this.drafts.get(place) || "";
      this.files.clear();
    }
    Object.assign(this, { place, channel, thread, commands });
    this.text.placeholder = placeholder;
    this.element.hidden = !enabled;
    this.#typed();
  }

  #typed() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, HIGHEST)}px`;
    const isCommand = /^\/\w*/.test(this.text.value);
    const fitting = (this.commands || []).filter((command) => command.startsWith(this.text.value.split(" ")[0]));
    replace(this.hint, isCommand && !this.thread && fitting.length ? `Command: ${fitting.join(", ")}` : "");
  }

  #keys(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  async #send(event) {
    event.preventDefault();
    const typed = this.text.value.trim();
    const chosen = this.files.input.files;
    if (this.element.hasAttribute("aria-busy") || (!typed && !chosen.length)) return;
    this.element.setAttribute("aria-busy", "true");
    const done = /^\/\w/.test(typed) ? await this.#command(typed) : await this.#say(typed, await encoded(chosen));
    this.element.removeAttribute("aria-busy");
    if (!done) return;
    this.text.value = "";
    this.files.clear();
    this.#typed();
  }

  async #command(typed) {
    const [word] = typed.split(" ");
    if (this.thread) {
      note(`${word} is not supported in threads. Sorry!`);
      return false;
    }
    if (!this.commands.includes(word)) {
      note(`${word} is not a valid command. Sorry!`);
      return false;
    }
    return this.desk.tell("slack/command", { channel: this.channel, text: typed });
  }

  async #say(typed, files) {
    const values = { channel: this.channel, thread_ts: this.thread, text: withMentions(typed), files };
    return Boolean(await attempt(() => this.desk.act("slack/say", values)));
  }
}

function withMentions(text) {
  return Object.entries(people()).reduce((kept, [id, person]) => kept.replaceAll(`@${person.name}`, `<@${id}>`), text);
}
