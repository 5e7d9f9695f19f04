// Buttons and menus in messages, modals and the home tab. Everything that is pressed goes through `surface.press`.

import { h } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { confirmed } from "./confirmation.js";
import { initialOf, menuFor } from "./menus.js";
import { openMenu } from "./popup.js";
import { plain } from "./texts.js";

export function control(block, element, surface) {
  if (element.visible_to_user_ids?.length && !element.visible_to_user_ids.includes(surface.viewer)) return null;
  const draw = { button, workflow_button: button, icon_button: button, overflow, feedback_buttons: feedback }[element.type] || menu;
  return draw(block, element, surface);
}

function focusName(block, element) {
  return `${block.block_id}/${element.action_id}`;
}

async function press(target, block, element, surface, selected) {
  if (element.confirm && !(await confirmed(target, element.confirm))) return;
  target.setAttribute("aria-busy", "true");
  try {
    await surface.press(block, element, selected);
  } finally {
    target.removeAttribute("aria-busy");
  }
}

function button(block, element, surface) {
  const label = plain(element.text);
  const properties = {
    class: `button ${element.style || ""}`,
    "aria-label": element.accessibility_label || null,
    data: { focus: focusName(block, element), action: element.action_id },
  };
  const pressed = { click: (event) => press(event.currentTarget, block, element, surface) };
  if (element.url && /^https?:\/\//i.test(element.url)) {
    return h("a", { ...properties, href: element.url, target: "_blank", rel: "noopener noreferrer", on: pressed }, label);
  }
  return h("button", { ...properties, type: "button", on: pressed }, label);
}

function overflow(block, element, surface) {
  const choose = (target) =>
    openMenu(
      target,
      (element.options || []).map((option) => ({
        label: plain(option.text),
        detail: option.description ? plain(option.description) : "",
        run: () => press(target, block, element, surface, option.value),
      })),
    );
  return h(
    "button",
    {
      type: "button",
      class: "button overflow",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      data: { focus: focusName(block, element), action: element.action_id },
      on: { click: (event) => choose(event.currentTarget) },
    },
    icon("more"),
  );
}

function feedback(block, element, surface) {
  const sides = [element.positive_button, element.negative_button].filter(Boolean);
  return h("span", { class: "row" }, sides.map((side) => button(block, { ...element, text: side.text }, surface)));
}

function menu(block, element, surface) {
  const name = element.placeholder ? plain(element.placeholder) : "Choose";
  const chosen = surface.entered(block, element) || initialOf(element);
  return menuFor(element, chosen, {
    name,
    focus: focusName(block, element),
    changed: (value, target) => press(target, block, element, surface, value),
    suggest: (typed) => surface.suggest(element, typed),
  });
}
