// The newer blocks, plainly; and a frame around whatever this page does not know, so that nothing vanishes unseen.

import { h } from "../parts/dom.js";
import { control } from "./controls.js";
import { richText } from "./rich_text.js";
import { plain, words } from "./texts.js";

export function rare(block, surface, drawBlocks) {
  return (DRAWN[block.type] || unknown)(block, surface, drawBlocks);
}

const DRAWN = {
  alert: (block) => h("div", { class: `alert ${block.level || "default"}`, role: "note" }, words(block.text)),
  container,
  card,
  carousel: (block, surface) => h("div", { class: "carousel" }, (block.elements || []).map((one) => card(one, surface))),
  table,
  data_table: table,
  data_visualization: chart,
  context_actions: (block, surface) =>
    h("div", { class: "row" }, (block.elements || []).map((element) => control(block, element, surface))),
};

function container(block, surface, drawBlocks) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : plain(block.title);
  const inside = drawBlocks(block.child_blocks || [], surface);
  if (!block.is_collapsible) return h("div", { class: "container" }, h("strong", {}, title), words(block.subtitle), inside);
  return h("details", { class: "container", open: !block.default_collapsed }, h("summary", {}, title), words(block.subtitle), inside);
}

function card(block, surface) {
  const acts = (block.actions || []).map((element) => control(block, element, surface));
  return h(
    "div",
    { class: "small-card" },
    block.title ? h("strong", {}, words(block.title)) : null,
    words(block.subtitle),
    words(block.body),
    acts.length ? h("div", { class: "row" }, acts) : null,
  );
}

function table(block) {
  const cell = (entry) => {
    if (entry.type === "rich_text") return richText(entry);
    return String(entry.text ?? entry.value ?? "");
  };
  const rows = block.rows || [];
  const row = (entries, tag) => h("tr", {}, entries.map((entry) => h(tag, {}, cell(entry))));
  return h(
    "table",
    {},
    block.caption ? h("caption", {}, block.caption) : null,
    h("thead", {}, rows.slice(0, 1).map((entries) => row(entries, "th"))),
    h("tbody", {}, rows.slice(1).map((entries) => row(entries, "td"))),
  );
}

// The figures of a chart as a list: what is drawn is Slack's affair, what it says can be checked here.
function chart(block) {
  const { chart: data = {} } = block;
  const segments = (data.segments || []).map((segment) => h("li", {}, `${segment.label}: ${segment.value}`));
  const series = (data.series || []).map((one) =>
    h("li", {}, `${one.name}: ${(one.data || []).map((point) => `${point.label} ${point.value}`).join(", ")}`),
  );
  return h("figure", { class: "chart" }, h("figcaption", {}, `${block.title} (${data.type})`), h("ul", {}, segments, series));
}

function unknown(block) {
  return h("pre", { class: "unknown" }, JSON.stringify(block, null, 2));
}
