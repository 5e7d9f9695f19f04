// The buyers' mailboxes: what they wrote to the shop, what the relay brought back, and a form for each.

import { h, reconcile, replace } from "../parts/dom.js";
import { encoded, fileList, filePicker } from "../parts/files.js";
import { icon } from "../parts/icons.js";
import { attempt } from "../parts/notes.js";
import { dayAndTime, wholeTime } from "../parts/times.js";
import { Letter, labelOf } from "./letter.js";

export class Mailbox {
  constructor(desk) {
    this.desk = desk;
    this.letter = new Letter(desk);
    this.whose = h("select", { "aria-label": "Whose mailbox", on: { change: () => desk.draw() } });
    this.list = h("div", { class: "mails" });
    this.wrong = h("div", {});
    this.empty = h("p", { class: "empty" }, icon("mail"), "Nobody has written yet. Write as a buyer, and watch the ticket appear in Slack.");
    this.element = h(
      "section",
      { class: "window mailbox", "aria-label": "Buyer's mailbox", id: "mailbox" },
      h(
        "header",
        {},
        icon("mail"),
        h("h2", {}, "Buyer's mailbox"),
        this.whose,
        h(
          "button",
          { type: "button", class: "button accent", "aria-label": "Write as a buyer", on: { click: () => this.letter.open() } },
          icon("pen"),
          "Write",
        ),
      ),
      this.letter.element,
      h("div", { class: "scroller", tabindex: "0", role: "log", "aria-label": "Mails, the newest first" }, this.wrong, this.empty, this.list),
    );
  }

  update(state) {
    const { mail } = state;
    this.letter.update(state);
    const chosen = this.whose.value;
    const everyone = h("option", { value: "" }, "All buyers");
    replace(this.whose, everyone, mail.buyers.map((name) => h("option", { value: name, selected: name === chosen }, name)));
    this.whose.hidden = mail.buyers.length < 2;
    replace(
      this.wrong,
      mail.wrong.map((what) => h("p", { class: "alarm", role: "alert" }, `The simulator saw what must never happen: ${what}`)),
      mail.returned.map((back) => h("p", { class: "returned" }, `Returned to the shop: ${back.reason} (${back.recipient})`)),
    );
    const shown = mail.mails.filter((one) => !this.whose.value || one.buyer === this.whose.value).reverse();
    this.empty.hidden = shown.length > 0;
    reconcile(this.list, shown, {
      key: (one) => one.id,
      sameAs: (one) => JSON.stringify([state.slack.viewer, one]),
      build: (one) => this.#mail(one, state),
    });
  }

  #mail(one, state) {
    const at = new Date(one.at);
    const isReply = one.kind === "received";
    return h(
      "article",
      { class: `mail ${one.kind}`, data: { mail: one.id } },
      h(
        "div",
        { class: "mail-head" },
        h("strong", {}, isReply ? one.from_name : one.buyer),
        h("span", { class: "quietly" }, isReply ? `to ${one.buyer}` : "to the shop"),
        h("time", { title: wholeTime(at), datetime: one.at }, dayAndTime(at)),
      ),
      h("p", { class: "subject" }, one.subject),
      h("p", { class: "words" }, one.text.trim()),
      fileList(one.files, (file) => `/api/files/${file.place.split("/").map(encodeURIComponent).join("/")}`),
      h(
        "p",
        { class: "mail-facts" },
        one.layout ? h("span", { class: "chip" }, labelOf(one.layout)) : null,
        one.kind === "sent" && !one.layout ? h("span", { class: "chip" }, "Answer to a reply") : null,
        one.order_id ? h("span", { class: "chip" }, `Order ${one.order_id}`) : null,
        h("span", { class: "address", title: one.from }, `${isReply ? "from" : "shown to the shop as"} ${shortened(one.from)}`),
      ),
      isReply ? this.#answer(one, state) : null,
    );
  }

  #answer(one, state) {
    const words = h("textarea", { rows: 3, class: "field", required: true, "aria-label": "Your answer", placeholder: `Answer as ${one.buyer}` });
    const quoting = h(
      "select",
      { class: "field", "aria-label": "How the mail program quotes" },
      state.choices.quotings.map((name) => h("option", { value: name, selected: name === "gmail" }, `Quotes like ${name}`)),
    );
    const files = filePicker({ label: "Attach files" });
    const send = async (event) => {
      event.preventDefault();
      const values = { buyer: one.buyer, number: one.number, text: words.value, quoting: quoting.value };
      const done = await attempt(async () =>
        this.desk.act("buyers/answer", { ...values, files: await encoded(files.input.files) }),
      );
      if (!done) return;
      words.value = "";
      files.clear();
      form.hidden = true;
      toggle.hidden = false;
    };
    const form = h(
      "form",
      { class: "answer", hidden: true, on: { submit: send } },
      words,
      files.element,
      h("div", { class: "row" }, quoting, h("button", { type: "submit", class: "button accent" }, "Send answer")),
    );
    const open = () => {
      form.hidden = false;
      toggle.hidden = true;
      words.focus();
    };
    const toggle = h("button", { type: "button", class: "button", on: { click: open } }, icon("reply"), "Answer");
    return h("div", {}, toggle, form);
  }
}

function shortened(address) {
  return address.replace(/^(\S{6})\S*(\S{4}@)/, "$1…$2");
}
