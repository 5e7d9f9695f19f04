// The question that an element may ask before it is pressed.

import { h, newId } from "../parts/dom.js";
import { plain, words } from "./texts.js";

// Resolves to whether the person has confirmed; Escape and the second button do not.
export function confirmed(target, confirm) {
  return new Promise((resolve) => {
    const titleId = newId("confirm");
    const answer = (yes) => {
      scrim.remove();
      if (target.isConnected) target.focus();
      resolve(yes);
    };
    const yes = h(
      "button",
      { type: "button", class: `button ${confirm.style === "danger" ? "danger" : "primary"}`, on: { click: () => answer(true) } },
      plain(confirm.confirm),
    );
    const no = h("button", { type: "button", class: "button", on: { click: () => answer(false) } }, plain(confirm.deny));
    const dialog = h(
      "div",
      { class: "dialog small", role: "alertdialog", "aria-modal": "true", "aria-labelledby": titleId },
      h("h2", { id: titleId }, plain(confirm.title)),
      h("div", { class: "dialog-body" }, words(confirm.text)),
      h("div", { class: "dialog-foot" }, no, yes),
    );
    const keys = (event) => {
      event.stopPropagation();
      if (event.key === "Escape") answer(false);
      if (event.key !== "Tab") return;
      event.preventDefault();
      (document.activeElement === no ? yes : no).focus();
    };
    const scrim = h("div", { class: "scrim above", on: { keydown: keys } }, dialog);
    document.body.append(scrim);
    no.focus();
  });
}
