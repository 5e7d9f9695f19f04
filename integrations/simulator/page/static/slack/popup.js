// A small menu beside the button that opened it, for the mouse and for the keyboard.

import { h } from "../parts/dom.js";

let open = null;

export function openMenu(target, entries) {
  closeMenu();
  const items = entries.map((entry) =>
    h(
      "button",
      {
        type: "button",
        role: "menuitem",
        on: {
          click: () => {
            closeMenu();
            entry.run();
          },
        },
      },
      entry.label,
      entry.detail ? h("small", {}, entry.detail) : null,
    ),
  );
  const menu = h("div", { class: "popup", role: "menu", tabindex: "-1", on: { keydown: (event) => move(event, items) } }, items);
  document.body.append(menu);
  place(menu, target);
  target.setAttribute("aria-expanded", "true");
  open = { menu, target };
  document.addEventListener("pointerdown", closeOutside, true);
  items[0]?.focus();
}

export function closeMenu() {
  if (!open) return;
  const { menu, target } = open;
  open = null;
  document.removeEventListener("pointerdown", closeOutside, true);
  target.removeAttribute("aria-expanded");
  if (menu.contains(document.activeElement)) target.focus();
  menu.remove();
}

function closeOutside(event) {
  if (open && !open.menu.contains(event.target)) closeMenu();
}

function move(event, items) {
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.stopPropagation();
    closeMenu();
  }
}

function place(menu, target) {
  const at = target.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + 4 + height < window.innerHeight;
  menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - 4 - height)}px`;
  menu.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`;
}
