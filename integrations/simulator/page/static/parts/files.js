// Choosing files, and showing those that others sent.

import { h, replace } from "./dom.js";
import { icon } from "./icons.js";

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export async function encoded(files) {
  return Promise.all(
    [...files].map(async (file) => ({ name: file.name, type: file.type, base64: await base64(file) })),
  );
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).replace(/^data:[^,]*,/, "")));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

// A button that opens the file dialogue, with the names of what was chosen beside it. `input.files` holds the choice.
export function filePicker({ label, most = 5, name }) {
  const chosen = h("span", { class: "chosen-files" });
  const input = h("input", { type: "file", multiple: most > 1, "aria-label": label, name, class: "file-input" });
  const show = () => replace(chosen, [...input.files].map((file) => h("span", { class: "chip" }, icon("file"), file.name)));
  input.addEventListener("change", show);
  const element = h("label", { class: "file-picker", title: label }, icon("attach"), h("span", {}, label), input);
  return {
    element: h("div", { class: "file-row" }, element, chosen),
    input,
    clear() {
      input.value = "";
      show();
    },
  };
}

export function fileList(files, addressOf) {
  if (!files.length) return null;
  return h("div", { class: "files" }, files.map((file) => oneFile(file, addressOf(file))));
}

function oneFile(file, address) {
  if (file.ready === false) {
    return h("div", { class: "file" }, icon("file"), h("span", { class: "file-name" }, file.name), h("small", {}, "processing…"));
  }
  if (/^image\/(png|jpeg|gif)$/.test(file.type)) {
    return h(
      "figure",
      { class: "picture" },
      h("figcaption", {}, file.name),
      h("a", { href: address, target: "_blank", rel: "noopener" }, h("img", { src: address, alt: file.name, loading: "lazy" })),
    );
  }
  return h(
    "a",
    { class: "file", href: address, download: "" },
    icon("file"),
    h("span", { class: "file-name" }, file.name),
    h("small", {}, size(file.size)),
  );
}
