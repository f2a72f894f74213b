/* Streamlit's own words in Hebrew, some in plainer English too, and the direction of lists: what no setting reaches.
   Nothing a person or the product wrote is touched: words are changed only where they are Streamlit's, whole. */
(function () {
  if (window.advisorPage) { return; }
  window.advisorPage = true;
  var rules = WORDS.map(function (rule) { return [new RegExp('^' + rule[0] + '$'), rule[1], rule[2]]; });
  var named = ['aria-label', 'placeholder', 'title', 'aria-roledescription'];
  var written = '[data-testid="stMarkdownContainer"],[data-testid="stFileChipName"],textarea,style,script';
  var uploads = '[data-testid="stFileUploaderDropzone"] button';
  var lists = '[data-testid="stMarkdownContainer"] :is(ul,ol,blockquote):not([dir])';
  var before = new WeakMap();
  function spoken(text) {
    var found = null, trimmed = text.trim(), hebrew = document.documentElement.lang === 'he';
    if (!/[A-Za-z]/.test(trimmed)) { return null; }
    rules.some(function (rule) {
      var ours = hebrew ? rule[1] : rule[2], match = ours && rule[0].exec(trimmed);
      if (match) { found = ours.replace(/\$(\d)/g, function (_, group) { return match[group]; }); }
      return match;
    });
    return found;
  }
  function turn(node, key, now, put) {
    var kept = before.get(node) || {};
    var theirs = kept[key] && kept[key][1] === now ? kept[key][0] : now;
    var said = spoken(theirs);
    if (said === now) { return; }
    if (said !== null) {
      kept[key] = [theirs, said];
      before.set(node, kept);
      put(said);
    } else if (theirs !== now) {
      delete kept[key];
      put(theirs);
    }
  }
  function look(node) {
    if (node.nodeType === 3) {
      if (node.parentElement) {
        if (!node.parentElement.closest(written) || node.parentElement.closest(uploads)) {
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
