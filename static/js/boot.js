// @ts-check
// Runs before the first paint: the reader's settings become data attributes on <html>, so that nothing jumps.
(function () {
  var root = document.documentElement;
  /** @type {Record<string, string>} */ var kept = {};
  root.dataset.js = "";
  try { kept = JSON.parse(localStorage.getItem("meipi") || "{}") || {}; } catch (e) { /* no storage: the defaults */ }
  for (var key in kept) if (/^[a-z]+$/.test(key)) root.dataset[key] = kept[key];
  if (root.dataset.dir === "v") {
    var sheet = document.createElement("link");
    sheet.rel = "stylesheet"; sheet.blocking = "render";
    sheet.href = /** @type {HTMLScriptElement} */ (document.currentScript).src.replace("js/boot.js", "vertical.css");
    document.head.append(sheet);
  }
  var begun = 0;
  try { begun = Object.keys(JSON.parse(localStorage.getItem("meipi-places") || "{}")).length; } catch (e) { /* no storage */ }
  if (begun) root.dataset.begun = String(Math.min(begun, 3));
  var asked = /[?&]marks=(none|core|all)\b/.exec(location.search);
  if (asked) root.dataset.marks = asked[1];
  // How this reader wants texts shown, and the interface: what the address does not say is added to it.
  var query = new URLSearchParams(location.search), more = false;
  ["pinyin", "script", "translation", "lang"].forEach(function (key) {
    var now = root.getAttribute("data-now-" + key), wanted = kept[key];
    if (now && wanted && wanted !== now && !query.has(key)) { query.set(key, wanted); more = true; }
  });
  if (more) location.replace("?" + query + location.hash);
})();
