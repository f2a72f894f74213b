"use strict";
// Everything a person wrote reaches the page as text, never as markup.
const data = JSON.parse(document.getElementById("data").textContent);
const page = 100;
const get = (id) => document.getElementById(id);
let language = "en";
let shown = page;
let fitting = [];

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) { element.textContent = text; element.dir = "auto"; }
  return element;
}

function label(key) { return data.labels[key] ? data.labels[key][language] : key; }

function fill(select, values, all) {
  const chosen = select.value;
  select.replaceChildren();
  for (const value of ["", ...values]) {
    const option = make("option", "", value === "" ? all : label(value));
    option.value = value;
    select.append(option);
  }
  select.value = chosen;
}

function distinct(key) { return [...new Set(data.cases.flatMap((one) => one[key]))].sort(); }

function fits(one) {
  const words = get("words").value.trim().toLowerCase();
  return ["state", "suite", "kind", "lang"].every((key) => !get(key).value || one[key] === get(key).value)
    && (!get("tag").value || one.tags.includes(get("tag").value))
    && (!words || one.search.includes(words));
}

function check(finding) {
  const list = make("dl", "check " + finding.state);
  list.append(make("dt", "", (finding.state === "fail" ? "✗ " : finding.state === "pass" ? "✓ " : "– ") + finding.check));
  if (finding.state !== "pass") {
    for (const [key, text] of [["expected", finding.expected], ["found", finding.actual]]) {
      const line = make("dd");
      line.append(make("b", "", label(key)), make("p", "text", text));
      list.append(line);
    }
  }
  return list;
}

function source(one) {
  const line = make("div", "source");
  line.append(make("span", "", [one.id, one.author, one.title, one.date, (one.rules || []).join(", "), one.card].filter(Boolean).join(" · ")));
  if (one.quote || one.passage) line.append(make("blockquote", "", one.quote || one.passage));
  return line;
}

function turn(one) {
  const block = make("div", "turn");
  block.append(make("p", "text person", one.said));
  const reply = make("div");
  reply.append(make("p", "text", one.text));
  for (const entry of one.sources) reply.append(source(entry));
  const checks = make("div");
  for (const finding of one.findings) checks.append(check(finding));
  block.append(checks, reply);
  return block;
}

function row(one) {
  const details = make("details", "case");
  const summary = make("summary");
  const passed = one.state === "pass";
  const sign = make("span", passed ? "yes" : "no", passed ? "✓" : one.state === "missing" ? "–" : "✗");
  sign.title = label(one.state);
  summary.append(sign, make("span", "id", one.id), make("span", "said", one.turns.length ? one.turns[0].said : ""), make("span", "tags", [...one.tags, one.kind, one.lang].join(" · ")));
  details.append(summary);
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) {
      for (const part of one.turns) details.append(turn(part));
      details.append(make("p", "about", [one.where, one.why, one.ms + " ms"].filter(Boolean).join(" · ")));
    }
  });
  return details;
}

function draw() {
  const list = get("list");
  const part = fitting.slice(list.childElementCount, shown);
  const rows = document.createDocumentFragment();
  for (const one of part) rows.append(row(one));
  list.append(rows);
  get("more").hidden = shown >= fitting.length;
}

function filter() {
  fitting = data.cases.filter(fits);
  shown = page;
  get("list").replaceChildren();
  get("count").textContent = fitting.length + " / " + data.cases.length;
  draw();
}

function speak() {
  document.documentElement.lang = language;
  document.documentElement.dir = language === "he" ? "rtl" : "ltr";
  get("language").textContent = language === "he" ? "English" : "עברית";
  for (const element of document.querySelectorAll("[data-en]")) element.textContent = element.dataset[language];
  get("words").placeholder = label("search");
  get("more").textContent = label("more");
  for (const key of ["state", "suite", "kind", "lang"]) fill(get(key), distinct(key), label("any_" + key));
  fill(get("tag"), distinct("tags"), label("any_tag"));
}

get("language").addEventListener("click", () => { language = language === "he" ? "en" : "he"; speak(); filter(); });
get("more").addEventListener("click", () => { shown += page; draw(); });
get("filters").addEventListener("submit", (event) => event.preventDefault());
get("filters").addEventListener("input", filter);
speak();
filter();
document.body.dataset.ready = "yes";
