/* Streamlit's own words in Hebrew, and the direction of lists: what no setting of it reaches.
   Nothing a person or the product wrote is touched: words are changed only where they are Streamlit's, whole. */
(function () {
  if (window.advisorPage) { return; }
  window.advisorPage = true;
  var rules = WORDS.map(function (pair) { return [new RegExp('^' + pair[0] + '$'), pair[1]]; });
  var named = ['aria-label', 'placeholder', 'title', 'aria-roledescription'];
  var written = '[data-testid="stMarkdownContainer"],[data-testid="stFileChipName"],textarea,style,script';
  var lists = '[data-testid="stMarkdownContainer"] :is(ul,ol,blockquote):not([dir])';
  var before = new WeakMap();
  function inHebrew(text) {
    var found = null, trimmed = text.trim();
    if (!/[A-Za-z]/.test(trimmed)) { return null; }
    rules.some(function (rule) {
      var match = rule[0].exec(trimmed);
      if (match) { found = rule[1].replace(/\$(\d)/g, function (_, group) { return match[group]; }); }
      return match;
    });
    return found;
  }
  function turn(node, key, now, put) {
    var kept = before.get(node) || {};
    if (document.documentElement.lang === 'he') {
      var said = inHebrew(now);
      if (said === null) { return; }
      kept[key] = [now, said];
      before.set(node, kept);
      put(said);
    } else if (kept[key]) {
      if (kept[key][1] === now) { put(kept[key][0]); }
      delete kept[key];
    }
  }
  function look(node) {
    if (node.nodeType === 3) {
      if (node.parentElement) {
        if (!node.parentElement.closest(written)) {
          turn(node, 'text', node.nodeValue, function (said) { node.nodeValue = said; });
        }
      }
      return;
    }
    if (node.nodeType !== 1) { return; }
    named.forEach(function (name) {
      var now = node.getAttribute(name);
      if (now) { turn(node, name, now, function (said) { node.setAttribute(name, said); }); }
    });
    node.childNodes.forEach(look);
  }
  function direct() {
    document.querySelectorAll(lists).forEach(function (list) { list.setAttribute('dir', 'auto'); });
  }
  new MutationObserver(function (records) {
    records.forEach(function (record) {
      if (record.target === document.documentElement) { look(document.body); }
      else if (record.type === 'childList') { record.addedNodes.forEach(look); }
      else { look(record.target); }
    });
    direct();
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: named.concat(['lang'])
  });
  look(document.body);
  direct();
})();
