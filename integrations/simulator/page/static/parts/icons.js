// Line icons, drawn here so that the page needs nothing from elsewhere.

import { svg } from "./dom.js";

const PATHS = {
  hash: "M6 3 4.5 17M14.500 3 13 17M3 7.500h15M2 12.500h15",
  lock: "M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9",
  shared: "M8.500 11.500l3-3M7.500 8.500 5.500 10.500a2.900 2.900 0 0 0 4 4l2-2M8.500 7.500l2-2a2.900 2.900 0 0 1 4 4l-2 2",
  close: "M5 5l10 10M15 5 5 15",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  thread: "M4 4h12v9H9l-4 3.500V13H4z",
  send: "M3 10l14-6-5 13-3-5.500z",
  attach: "M13.500 6.500l-6 6a1.800 1.800 0 0 0 2.500 2.500l6.500-6.500a3.400 3.400 0 0 0-4.800-4.800l-6.600 6.600a5 5 0 0 0 7 7l5-5",
  file: "M5 2.500h7l4 4v11H5zM12 2.500v4h4",
  eye: "M2 10s3-5.500 8-5.500S18 10 18 10s-3 5.500-8 5.500S2 10 2 10zM10 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  pen: "M4 16l1-4 8.500-8.500 3 3L8 15z",
  reply: "M8 5 3 10l5 5M3 10h9a5 5 0 0 1 5 5v1",
  box: "M3 6.500 10 3l7 3.500v7L10 17l-7-3.500zM3 6.500l7 3.500 7-3.500M10 10v7",
  mail: "M2.500 4.500h15v11h-15zM2.500 5.500 10 11l7.500-5.500",
  clock: "M10 17.500a7.500 7.500 0 1 0 0-15 7.500 7.500 0 0 0 0 15zM10 5.500V10l3 2",
  bolt: "M11 2 4 11.500h5L8 18l8-10h-5.500z",
  plus: "M10 4v12M4 10h12",
  chat: "M3 4h14v10H9l-4 3v-3H3z",
  image: "M3 4h14v12H3zM3 14l4.500-4.500 3 3 2-2L17 14M13 8h.01",
};

export function icon(name) {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] }),
  );
}
