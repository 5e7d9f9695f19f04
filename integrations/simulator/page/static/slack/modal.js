// The modal that the acting person looks at. What is typed stays in the browser until the form is sent, as in Slack;
// a view that the application updates meanwhile is drawn anew around it.

import { h, newId, replace } from "../parts/dom.js";
import { encoded } from "../parts/files.js";
import { icon } from "../parts/icons.js";
import { attempt } from "../parts/notes.js";
import { drawBlocks } from "./blocks.js";
import { asState, isEmpty } from "./form_values.js";
import { plain } from "./texts.js";

const REQUIRED = "Please complete this required field.";

export class Modal {
  constructor(desk) {
    this.desk = desk;
    this.element = h("div", { class: "scrim", hidden: true, on: { keydown: (event) => this.#keys(event) } });
    this.view = null;
    this.signature = "";
    this.#forget();
  }

  update(view, viewer) {
    const signature = view ? `${viewer}/${view.id}/${view.hash}` : "";
    if (signature === this.signature) return;
    const isNew = view?.id !== this.view?.id;
    if (isNew) this.#forget();
    this.view = view;
    this.viewer = viewer;
    this.signature = signature;
    this.#draw(isNew);
  }

  #forget() {
    this.local = new Map();
    this.nodes = new Map();
    this.errors = {};
    this.warning = "";
  }

  #draw(takeFocus) {
    this.element.hidden = !this.view;
    if (!this.view) {
      replace(this.element);
      if (this.returnTo?.isConnected) this.returnTo.focus();
      return;
    }
    if (takeFocus && !this.element.contains(document.activeElement)) this.returnTo = document.activeElement;
    const { view } = this;
    const titleId = newId("modal");
    const form = h(
      "form",
      { class: "dialog", role: "dialog", "aria-labelledby": titleId, novalidate: true, on: { submit: (event) => this.#submit(event) } },
      h(
        "div",
        { class: "dialog-head" },
        h("h2", { id: titleId }, plain(view.title)),
        h("button", { type: "button", class: "quiet", "aria-label": "Close", on: { click: () => this.#close(true) } }, icon("close")),
      ),
      this.warning ? h("p", { class: "dialog-warning", role: "alert" }, this.warning) : null,
      h("div", { class: "dialog-body" }, drawBlocks(view.blocks, this.#surface())),
      h(
        "div",
        { class: "dialog-foot" },
        h("button", { type: "button", class: "button", on: { click: () => this.#close(false) } }, plain(view.close) || "Close"),
        view.submit ? h("button", { type: "submit", class: "button primary" }, plain(view.submit)) : null,
      ),
    );
    const scrolled = this.element.querySelector(".dialog-body")?.scrollTop || 0;
    replace(this.element, form);
    form.querySelector(".dialog-body").scrollTop = scrolled;
    if (takeFocus) (form.querySelector("[data-wanted=yes], .field, .file-input, .dialog-foot .button:last-child"))?.focus();
  }

  #surface() {
    const key = (block, element) => `${block.block_id}/${element.action_id}/${element.type}`;
    return {
      viewer: this.viewer,
      entered: (block, element) => {
        const kept = this.local.get(key(block, element));
        return kept ? asState(element, kept.value) : this.view.state?.values?.[block.block_id]?.[element.action_id];
      },
      enter: (block, element, value) => this.local.set(key(block, element), { block: block.block_id, value }),
      settle: (block) => {
        if (block.dispatch_action) this.#tell("fill", { values: this.#values([block.block_id]) });
      },
      errorAt: (block) => this.errors[block.block_id],
      keptNode: (block) => this.nodes.get(block.block_id),
      keepNode: (block, node) => this.nodes.set(block.block_id, node),
      press: (block, element, selected) =>
        this.#tell("press-in-view", { action_id: element.action_id, block_id: block.block_id, selected }),
      suggest: async (element, typed) =>
        (await attempt(() => this.#act("suggest", { action_id: element.action_id, typed })))?.options || [],
    };
  }

  #act(name, values) {
    return this.desk.act(`slack/${name}`, { view: this.view.id, ...values });
  }

  async #tell(name, values) {
    const outcome = await attempt(() => this.#act(name, values));
    if (outcome?.warning) this.#complain(outcome.warning);
  }

  #complain(warning) {
    this.warning = warning;
    this.#draw(false);
  }

  #values(blocks) {
    const chosen = [...this.local.values()].filter((entry) => !blocks || blocks.includes(entry.block));
    return Object.fromEntries(chosen.map((entry) => [entry.block, entry.value]));
  }

  #missing() {
    const surface = this.#surface();
    const empty = this.view.blocks.filter(
      (block) => block.type === "input" && !block.optional && isEmpty(surface.entered(block, block.element)),
    );
    return Object.fromEntries(empty.map((block) => [block.block_id, REQUIRED]));
  }

  async #submit(event) {
    event.preventDefault();
    if (this.element.hasAttribute("aria-busy")) return;
    this.warning = "";
    this.errors = this.#missing();
    if (Object.keys(this.errors).length) {
      this.#draw(false);
      return;
    }
    this.element.setAttribute("aria-busy", "true");
    const values = this.#values();
    for (const [name, value] of Object.entries(values)) {
      if (value instanceof FileList) values[name] = { files: await encoded(value) };
    }
    const outcome = await attempt(() => this.#act("submit", { values }));
    this.element.removeAttribute("aria-busy");
    this.errors = outcome?.errors || {};
    if (outcome?.warning || Object.keys(this.errors).length) this.#complain(outcome.warning || "");
  }

  #close(everything) {
    attempt(() => this.#act("close", { everything }));
  }

  #keys(event) {
    if (event.key !== "Escape" || !this.view) return;
    event.stopPropagation();
    this.#close(false);
  }
}
