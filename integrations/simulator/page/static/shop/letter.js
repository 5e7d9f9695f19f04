// The form in which a visitor writes to the shop as a buyer.

import { h, replace } from "../parts/dom.js";
import { encoded, filePicker } from "../parts/files.js";
import { icon } from "../parts/icons.js";
import { attempt } from "../parts/notes.js";

const TOPICS = ["Order status", "Cancel Order", "Return", "Item arrived damaged", "Missing item", "Product question", "Other"];
const LAYOUTS = {
  order: "Order letter",
  labels: "Order letter, older labels",
  plain: "Plain mail, no wrapper",
  "before purchase": "Question before purchase",
  "customer care": "Walmart Customer Care",
};
const WITHOUT_ORDER = ["before purchase", "plain"];

export const labelOf = (layout) => LAYOUTS[layout] || layout;

export class Letter {
  constructor(desk) {
    this.desk = desk;
    this.order = h("select", { id: "letter-order", class: "field", on: { change: () => this.#fit() } });
    this.topic = h("select", { id: "letter-topic", class: "field" }, TOPICS.map((topic) => h("option", {}, topic)));
    this.layout = h("select", { id: "letter-layout", class: "field" });
    this.words = h("textarea", { id: "letter-words", class: "field", rows: 4, required: true, placeholder: "Where is my order?" });
    this.files = filePicker({ label: "Attach a photo or a file" });
    this.offered = "";
    const labelled = (text, control) => h("div", { class: "labelled" }, h("label", { for: control.id }, text), control);
    this.element = h(
      "form",
      { class: "letter", hidden: true, "aria-label": "Write as a buyer", on: { submit: (event) => this.#send(event), keydown: (event) => this.#keys(event) } },
      labelled("About", this.order),
      h("div", { class: "pair" }, labelled("Topic", this.topic), labelled("Kind of letter", this.layout)),
      labelled("Message", this.words),
      this.files.element,
      h(
        "div",
        { class: "row" },
        h("button", { type: "submit", class: "button accent" }, icon("send"), "Send to the shop"),
        h("button", { type: "button", class: "button", on: { click: () => this.#close() } }, "Cancel"),
      ),
    );
  }

  open(orderId) {
    this.element.hidden = false;
    if (orderId) this.order.value = orderId;
    this.#fit();
    this.words.focus();
  }

  update(state) {
    const offered = JSON.stringify(state.orders.map((order) => [order.id, order.buyer]));
    this.layouts = state.choices.layouts;
    if (offered === this.offered) return;
    this.offered = offered;
    const chosen = this.order.value;
    replace(
      this.order,
      state.orders.map((order) => h("option", { value: order.id, selected: order.id === chosen }, describe(order))),
      h("option", { value: "", selected: this.order.options.length > 0 && chosen === "" }, "No order: somebody who has not bought yet"),
    );
    this.#fit();
  }

  // Offers the kinds of letters that fit to an order, or to none.
  #fit() {
    const fitting = this.layouts.filter((name) => (this.order.value ? name !== "before purchase" : WITHOUT_ORDER.includes(name)));
    const sorted = this.order.value ? fitting : WITHOUT_ORDER.filter((name) => fitting.includes(name));
    const chosen = sorted.includes(this.layout.value) ? this.layout.value : sorted[0];
    replace(this.layout, sorted.map((name) => h("option", { value: name, selected: name === chosen }, labelOf(name))));
  }

  async #send(event) {
    event.preventDefault();
    const values = { order_id: this.order.value, topic: this.topic.value, layout: this.layout.value, text: this.words.value };
    const done = await attempt(async () =>
      this.desk.act("buyers/write", { ...values, files: await encoded(this.files.input.files) }),
    );
    if (done) this.#close();
  }

  #close() {
    this.element.hidden = true;
    this.words.value = "";
    this.files.clear();
  }

  #keys(event) {
    if (event.key === "Escape") this.#close();
  }
}

function describe(order) {
  return `${order.buyer} · ${order.orders[0].lines[0].name} · ${order.id}`;
}
