// Faults and the clock: what makes a quiet simulation a hard one.

import { h, replace } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { attempt } from "../parts/notes.js";

const STEPS = [1, 6, 24, 48];
const MEANINGS = {
  delay: "answers late",
  "drop before": "connection cut, nothing happened",
  "drop after": "it happened, then the connection is cut",
  hang: "never answers",
  status: "answers with a status code",
  error: "answers with an error code of the vendor",
  disconnect: "ends the long connection",
};
const WANTS = { delay: ["seconds"], status: ["status"], error: ["code", "status"] };

export class Drawer {
  constructor(desk) {
    this.desk = desk;
    this.now = h("p", { class: "big-time" });
    this.pending = h("ul", { class: "pending" });
    this.places = h("datalist", { id: "fault-places" });
    this.fields = {
      place: h("input", { id: "fault-place", class: "field", list: "fault-places", required: true, value: "slack:chat.postMessage" }),
      kind: h("select", { id: "fault-kind", class: "field", on: { change: () => this.#fit() } }),
      seconds: h("input", { id: "fault-seconds", class: "field", type: "number", min: 0, max: 3600, value: 5 }),
      status: h("input", { id: "fault-status", class: "field", type: "number", min: 0, max: 999, value: 503 }),
      code: h("input", { id: "fault-code", class: "field", value: "" }),
      times: h("input", { id: "fault-times", class: "field", type: "number", min: 1, max: 100, value: 1 }),
    };
    const labelled = (text, name) =>
      h("div", { class: "labelled", data: { for: name } }, h("label", { for: `fault-${name}` }, text), this.fields[name]);
    this.clear = h("button", { type: "button", class: "button", on: { click: () => attempt(() => desk.act("world/clear-faults", {})) } }, "Cancel all");
    this.form = h(
      "form",
      { on: { submit: (event) => this.#order(event) } },
      labelled("Where", "place"),
      labelled("What happens", "kind"),
      h("div", { class: "pair" }, labelled("Seconds", "seconds"), labelled("Status", "status"), labelled("Error code", "code"), labelled("How often", "times")),
      h("button", { type: "submit", class: "button primary" }, icon("bolt"), "Order this fault"),
    );
    this.element = h(
      "aside",
      { class: "drawer", "aria-label": "Faults and clock", hidden: true, on: { keydown: (event) => event.key === "Escape" && this.toggle() } },
      h(
        "header",
        {},
        h("h2", {}, "Faults & clock"),
        h("button", { type: "button", class: "quiet", "aria-label": "Close faults and clock", on: { click: () => this.toggle() } }, icon("close")),
      ),
      h(
        "div",
        { class: "scroller" },
        h("h3", {}, "The simulator's clock"),
        this.now,
        h("div", { class: "row" }, STEPS.map((hours) => this.#step(hours))),
        h("p", { class: "hint" }, "Forward only. Stand-ins and the bot of a demo share this clock."),
        h("h3", {}, "Order a fault"),
        this.form,
        this.places,
        h("h3", {}, "Still to come"),
        this.pending,
        this.clear,
      ),
    );
  }

  toggle() {
    this.element.hidden = !this.element.hidden;
    this.desk.drawerToggled(!this.element.hidden);
    if (!this.element.hidden) this.element.querySelector(".row .button").focus();
  }

  tick(text) {
    replace(this.now, text);
  }

  update(state) {
    if (!this.fields.kind.options.length) {
      const kinds = state.choices.fault_kinds;
      replace(this.fields.kind, kinds.map((kind) => h("option", { value: kind }, `${kind}: ${MEANINGS[kind] || ""}`)));
      replace(this.places, state.choices.fault_places.map((place) => h("option", { value: place })));
      this.#fit();
    }
    const { faults } = state;
    this.clear.hidden = !faults.length;
    replace(
      this.pending,
      faults.length ? null : h("li", { class: "quietly" }, "Nothing is ordered."),
      faults.map((fault) => h("li", {}, h("code", {}, fault.place), ` ${fault.kind}`)),
    );
  }

  #step(hours) {
    return h(
      "button",
      { type: "button", class: "button", on: { click: () => attempt(() => this.desk.act("world/move-clock", { hours })) } },
      `+${hours} h`,
    );
  }

  #fit() {
    const wanted = WANTS[this.fields.kind.value] || [];
    for (const name of ["seconds", "status", "code"]) this.fields[name].parentElement.hidden = !wanted.includes(name);
  }

  #order(event) {
    event.preventDefault();
    const { place, kind, seconds, status, code, times } = this.fields;
    const wanted = WANTS[kind.value] || [];
    attempt(() =>
      this.desk.act("world/order-fault", {
        place: place.value,
        kind: kind.value,
        seconds: wanted.includes("seconds") ? Number(seconds.value) : 0,
        status: wanted.includes("status") ? Number(status.value) : 0,
        code: wanted.includes("code") ? code.value : "",
        times: Number(times.value),
      }),
    );
  }
}
