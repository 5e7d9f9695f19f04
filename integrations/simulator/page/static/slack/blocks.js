// Block Kit as Slack draws it. `surface` knows where the blocks stand and carries what is pressed in them.

import { h } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { control } from "./controls.js";
import { inputBlock } from "./inputs.js";
import { rare } from "./rare_blocks.js";
import { richText } from "./rich_text.js";
import { plain, words } from "./texts.js";
import { mrkdwn } from "./mrkdwn.js";

export function drawBlocks(blocks, surface) {
  return h("div", { class: "blocks" }, blocks.map((block) => drawBlock(block, surface)));
}

function drawBlock(block, surface) {
  const drawn = (DRAWN[block.type] || rare)(block, surface, drawBlocks);
  drawn.dataset.block = block.block_id || "";
  drawn.classList.add("block", `block-${block.type}`);
  return drawn;
}

const DRAWN = {
  header: (block) => h("h3", {}, plain(block.text)),
  divider: () => h("hr"),
  rich_text: (block) => richText(block),
  section,
  context,
  image: (block) => h("figure", {}, block.title ? h("figcaption", {}, plain(block.title)) : null, picture(block)),
  actions: (block, surface) =>
    h("div", { class: "row" }, (block.elements || []).map((element) => control(block, element, surface))),
  input: inputBlock,
};

function section(block, surface) {
  const body = h(
    "div",
    { class: "section-body" },
    words(block.text),
    block.fields ? h("div", { class: "fields" }, block.fields.map(words)) : null,
  );
  if (!block.accessory) return h("div", {}, body);
  const beside = block.accessory.type === "image" ? picture(block.accessory) : control(block, block.accessory, surface);
  return h("div", {}, body, beside && h("div", { class: "accessory" }, beside));
}

function context(block) {
  const shown = (block.elements || []).map((element) => {
    if (element.type === "image") return picture(element);
    return h("span", {}, element.type === "mrkdwn" ? mrkdwn(element.text) : plain(element));
  });
  return h("div", {}, shown);
}

// A picture that lies elsewhere is not fetched: the page talks to nobody but the simulator.
export function picture(element) {
  const file = element.slack_file?.id || fileId(element.slack_file?.url);
  if (file) return h("img", { class: "block-picture", src: `/api/files/slack/${encodeURIComponent(file)}`, alt: element.alt_text });
  return h("span", { class: "far-picture", title: element.image_url }, icon("image"), element.alt_text);
}

function fileId(address) {
  return /\/files-pri\/[^/-]+-([^/]+)\//.exec(address || "")?.[1];
}
