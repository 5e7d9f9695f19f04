// The shop's orders at Walmart, and what may happen to them.

import { h, reconcile, replace } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { attempt } from "../parts/notes.js";
import { dayOnly } from "../parts/times.js";

const NODES = { SellerFulfilled: "", WFSFulfilled: "WFS", "3PLFulfilled": "3PL" };

export class Orders {
  constructor(desk) {
    this.desk = desk;
    this.kind = h("select", { "aria-label": "Kind of order to invent" });
    this.list = h("div", { class: "orders" });
    const invent = () => attempt(() => desk.act("orders/invent", { kind: this.kind.value }));
    this.element = h(
      "section",
      { class: "window orders-window", "aria-label": "Walmart orders", id: "orders" },
      h(
        "header",
        {},
        icon("box"),
        h("h2", {}, "Walmart orders"),
        this.kind,
        h("button", { type: "button", class: "button", on: { click: invent } }, icon("plus"), "New order"),
      ),
      h("div", { class: "scroller", tabindex: "0", "aria-label": "Orders, the newest first" }, this.list),
    );
  }

  update(state) {
    if (!this.kind.options.length) {
      replace(this.kind, state.choices.order_kinds.map((kind) => h("option", { value: kind }, kind)));
    }
    reconcile(this.list, state.orders, {
      key: (order) => order.id,
      sameAs: (order) => JSON.stringify([state.slack.viewer, order]),
      build: (order) => this.#order(order),
    });
  }

  #order(order) {
    return h(
      "article",
      { class: "order", data: { order: order.id } },
      h(
        "div",
        { class: "order-head" },
        h("strong", { class: "number" }, order.id),
        order.states.map((state) => status(state, order.states.length > 1)),
        order.is_late ? h("span", { class: "status late" }, "Late") : null,
        order.returned ? h("span", { class: "status return" }, "Return open") : null,
      ),
      h("ul", { class: "lines" }, order.orders.flatMap((purchase) => purchase.lines.map((line) => product(line, purchase)))),
      h("p", { class: "quietly" }, `${order.buyer}, ${order.city} · ${money(order)} · due ${dayOnly(new Date(order.due))}`),
      h("div", { class: "row small" }, this.#acts(order)),
    );
  }

  #acts(order) {
    const button = (label, act, enabled) =>
      enabled
        ? h(
            "button",
            { type: "button", class: "button", data: { focus: act }, on: { click: () => attempt(() => this.desk.act(`orders/${act}`, { order_id: order.id })) } },
            label,
          )
        : null;
    return [
      h("button", { type: "button", class: "button", data: { focus: "write" }, on: { click: () => this.desk.writeAbout(order.id) } }, icon("pen"), "Write about it"),
      button("Ship", "ship", order.can_ship),
      button("Deliver", "deliver", order.can_deliver),
      button("Make late", "late", !order.is_late && (order.can_ship || order.can_deliver)),
      button("Cancel", "cancel", order.can_ship),
      button("Open a return", "return", order.is_gone && !order.returned),
    ];
  }
}

function status(state, several) {
  return h("span", { class: `status ${state.status.toLowerCase()}` }, several ? `${state.quantity} ${state.status}` : state.status);
}

function product(line, purchase) {
  const node = NODES[purchase.ship_node];
  return h(
    "li",
    {},
    `${line.quantity} × ${line.name}`,
    node ? h("span", { class: "chip" }, node) : null,
    purchase.order_type === "REGULAR" ? null : h("span", { class: "chip" }, purchase.order_type.toLowerCase()),
    line.tracking.map((tracking) => h("span", { class: "tracking" }, tracking)),
  );
}

function money(order) {
  return new Intl.NumberFormat("en-US", { style: "currency", currency: order.currency }).format(Number(order.total));
}
