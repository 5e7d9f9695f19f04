// Rich text. Nothing in it is parsed: a leaf of text is shown letter by letter.

import { h } from "../parts/dom.js";
import { slackDate } from "../parts/times.js";
import { emoji } from "./emoji.js";
import { channelNode, groupNode, linkNode, personNode, rangeNode } from "./references.js";

const TAGS = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

export function richText(block) {
  return h("div", { class: "rich-text" }, parts(block.elements || []));
}

function parts(elements) {
  return elements.map((part) => {
    switch (part.type) {
      case "rich_text_quote":
        return h("blockquote", {}, leaves(part));
      case "rich_text_preformatted":
        return h("pre", {}, leaves(part));
      case "rich_text_list":
        return list(part);
      default:
        return h("div", { class: "rich-section" }, leaves(part));
    }
  });
}

function list(part) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const items = (part.elements || []).map((item) => h("li", {}, leaves(item)));
  const start = part.offset ? part.offset + 1 : null;
  return h(tag, { class: `indent-${part.indent || 0}`, start: tag === "ol" ? start : null }, items);
}

function leaves(part) {
  return (part.elements || []).map((leaf) => styled(leafNode(leaf), leaf.style || {}));
}

function leafNode(leaf) {
  switch (leaf.type) {
    case "text":
      return leaf.text;
    case "link":
      return linkNode(leaf.url, leaf.text);
    case "user":
      return personNode(leaf.user_id);
    case "usergroup":
      return groupNode(leaf.usergroup_id);
    case "channel":
      return channelNode(leaf.channel_id);
    case "broadcast":
      return rangeNode(leaf.range);
    case "emoji":
      return h("span", { class: "emoji", role: "img", "aria-label": leaf.name.replaceAll("_", " ") }, emoji(leaf.name));
    case "date":
      return h("time", { title: leaf.fallback || null }, slackDate(leaf.timestamp, leaf.format, leaf.fallback || ""));
    case "color":
      return h("code", {}, leaf.value);
    default:
      return `[${leaf.type}]`;
  }
}

function styled(node, style) {
  return Object.entries(TAGS).reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), node);
}
