// Runs before the first paint: the reader's settings become data attributes on <html>, so that nothing jumps.
(function () {
  var root = document.documentElement, kept;
  root.dataset.js = "";
  try { kept = JSON.parse(localStorage.getItem("meipi") || "{}"); } catch (e) { /* no storage: the defaults */ }
  for (var key in kept || {}) if (/^[a-z]+$/.test(key)) root.dataset[key] = kept[key];
  try { var begun = Object.keys(JSON.parse(localStorage.getItem("meipi-places") || "{}")).length; } catch (e) { /* no storage */ }
  if (begun) root.dataset.begun = Math.min(begun, 3);
  var asked = /[?&]marks=(none|core|all)\b/.exec(location.search);
  if (asked) root.dataset.marks = asked[1];
})();
