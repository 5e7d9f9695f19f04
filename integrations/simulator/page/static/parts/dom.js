// Building the page out of nodes. Text only ever enters as a text node, so nothing that a person wrote is parsed.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "data") {
      for (const [key, entry] of Object.entries(value)) element.dataset[key] = entry;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

export function replace(element, ...children) {
  element.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
}

let issued = 0;

export function newId(prefix) {
  issued += 1;
  return `${prefix}-${issued}`;
}

// Bring the children of `container` in line with `items`. A child stays as it is while its item does, with its focus,
// its open menus and what is being typed into it; one whose item changed is built anew and marked for a short glow.
export function reconcile(container, items, { key, build, sameAs = JSON.stringify }) {
  const before = new Map([...container.children].map((child) => [child.dataset.key, child]));
  const fresh = before.size === 0;
  let place = null;
  for (const item of items) {
    const name = key(item);
    const signature = sameAs(item);
    let child = before.get(name);
    before.delete(name);
    if (!child || child.signature !== signature) {
      const built = build(item);
      built.dataset.key = name;
      built.signature = signature;
      if (child) {
        built.classList.add("changed");
        moveFocus(child, built);
        child.replaceWith(built);
      } else if (!fresh) {
        built.classList.add("arrived");
      }
      child = built;
    }
    const next = place ? place.nextSibling : container.firstChild;
    if (next !== child) container.insertBefore(child, next);
    place = child;
  }
  for (const child of before.values()) child.remove();
}

function moveFocus(from, to) {
  const focused = from.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  if (!focused) return;
  const heir = [...to.querySelectorAll("[data-focus]")].find((element) => element.dataset.focus === focused);
  if (heir) queueMicrotask(() => heir.focus());
}
