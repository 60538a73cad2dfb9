// Shortcuts, a preview, selection of ranges, and a note when others changed something. Everything here has a button too.
(() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const rows = () => Array.from(document.querySelectorAll("tr[data-row]"));
  let at = -1, last = -1, waiting = "";
  const keysOff = () => localStorage.getItem("keys") === "off";
  const go = (n) => {
    const all = rows();
    if (!all.length) return;
    at = Math.max(0, Math.min(all.length - 1, n));
    all.forEach((row, i) => row.classList.toggle("here", i === at));
    const link = $("a[data-open]", all[at]);
    if (link) link.focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  };
  const here = () => rows()[at];
  const tick = (row, on) => { const box = row && $("input[type=checkbox]", row); if (box) { box.checked = on ?? !box.checked; box.dispatchEvent(new Event("change", { bubbles: true })); } };
  const press = (name) => { const found = $(`[data-key="${name}"]`); if (!found) return false; found.tagName === "A" || found.tagName === "BUTTON" ? found.click() : found.focus(); return true; };
  const help = () => {
    let box = $("#keys");
    if (!box) {
      box = document.createElement("dialog");
      box.id = "keys";
      const title = document.createElement("h2");
      title.textContent = "Keys";
      const list = document.createElement("dl");
      list.className = "pairs";
      [["j, k", "next, previous row"], ["enter", "open"], ["space", "preview"], ["x, shift+x", "select, select a range"], ["a", "assign to me"], ["n", "next unowned"], ["[ ]", "previous, next case"], ["d", "decide"], ["e, t", "evidence, timeline"], ["z", "undo"], ["+", "draw more (farm)"], ["ctrl+enter", "submit"], ["g q, g f, g s", "queue, farms, search"], ["/", "search"], ["esc", "close"], ["?", "this list"]].forEach(([key, text]) => {
        const dt = document.createElement("dt"), kbd = document.createElement("kbd"), dd = document.createElement("dd");
        kbd.textContent = key; dt.append(kbd); dd.textContent = text; list.append(dt, dd);
      });
      const off = document.createElement("button");
      off.textContent = keysOff() ? "Switch single keys on" : "Switch single keys off";
      off.addEventListener("click", () => { localStorage.setItem("keys", keysOff() ? "on" : "off"); box.close(); box.remove(); });
      const close = document.createElement("button");
      close.textContent = "Close";
      close.addEventListener("click", () => box.close());
      const foot = document.createElement("p");
      foot.className = "actions";
      foot.append(close, off);
      box.append(title, list, foot);
      document.body.append(box);
    }
    box.showModal();
  };
  const closePreview = () => { const open = $(".preview"); if (open) { open.remove(); return true; } return false; };
  const preview = async () => {
    if (closePreview() || !here()) return;
    const link = $("a[data-open]", here());
    const answer = await fetch(link.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("[data-preview]");
    if (!part) return;
    const box = document.createElement("aside");
    box.className = "sheet preview";
    box.setAttribute("aria-label", "Preview");
    box.append(document.importNode(part, true));
    document.body.append(box);
  };
  const keys = {
    j: () => go(at + 1), k: () => go(at - 1), x: () => { tick(here()); last = at; },
    X: () => { const all = rows(); const [a, b] = [Math.min(last < 0 ? at : last, at), Math.max(last, at)]; for (let i = a; i <= b; i++) tick(all[i], true); },
    " ": preview, a: () => press("assign"), n: () => press("next"), "[": () => press("before"), "]": () => press("after"),
    d: () => press("decide"), e: () => press("evidence"), t: () => press("timeline"), z: () => press("undo"), "/": () => { location.href = "/search"; },
    "?": help, "+": () => press("more"),
  };
  const places = { q: "/", f: "/farms", s: "/search", h: "/share", e: "/health", a: "/account" };
  document.addEventListener("keydown", (event) => {
    const inside = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && inside && inside.form) {
      // as the next button after the box would: which one was pressed says what is to be done
      const buttons = Array.from(inside.form.querySelectorAll("button:not([type=button]):not(:disabled)"));
      const next = buttons.find((button) => inside.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING) || buttons[0];
      event.preventDefault();
      inside.form.requestSubmit(next || null);
      return;
    }
    if (event.key === "Escape") { if (closePreview()) return; if (inside) inside.blur(); return; }
    if (inside && inside.type !== "checkbox" || event.ctrlKey || event.metaKey || event.altKey || keysOff() && event.key !== "?") return;
    if (inside && event.key === " ") return;
    if (waiting === "g") { waiting = ""; if (places[event.key]) { event.preventDefault(); location.href = places[event.key]; } return; }
    if (event.key === "g") { waiting = "g"; setTimeout(() => { waiting = ""; }, 1500); return; }
    if (event.key === " " && event.target.closest("a, button, summary")  && !here()) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.querySelectorAll("[data-help]").forEach((button) => { button.hidden = false; button.addEventListener("click", help); });
  const count = () => { const bulk = $("[data-bulk]"); if (!bulk) return; const n = document.querySelectorAll("tr[data-row] input:checked").length; bulk.hidden = n === 0; $("[data-count]", bulk).textContent = String(n); const shut = Array.from(document.querySelectorAll("tr[data-row] input[data-shut]:checked")).map((box) => box.value), told = $("[data-shut-told]", bulk); if (told) { told.hidden = shut.length === 0; $("span", told).textContent = shut.slice(0, 12).join(", ") + (shut.length > 12 ? ` and ${shut.length - 12} more` : ""); } };
  const prepare = () => {
    const all = $("[data-all]");
    if (all) { all.hidden = false; all.addEventListener("change", () => { rows().forEach((row) => tick(row, all.checked)); count(); }); }
    count();
  };
  document.addEventListener("change", (event) => { if (event.target.matches("tr[data-row] input[type=checkbox]")) count(); });
  prepare();
  // a page follows what others do: lists are filled anew, a case that was changed says so, and what is being typed or selected stays
  const events = document.body.dataset.events, note = $("[data-live]");
  const isBusy = () => Boolean($("tr[data-row] input:checked")) || Boolean(document.activeElement && document.activeElement.closest("input:not([type=checkbox]), textarea, select, dialog"));
  const follow = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { "x-follows": "1" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const mine = note.dataset.version, theirs = $("[data-live]", page);
    if (mine) { if (theirs && theirs.dataset.version !== mine) note.hidden = false; return; }
    if (isBusy()) { note.hidden = false; return; }
    const link = here() && $("a[data-open]", here()), kept = link && link.getAttribute("href"), hadFocus = link === document.activeElement;
    document.querySelectorAll("[data-fresh]").forEach((part) => { const fresh = $(`[data-fresh="${part.dataset.fresh}"]`, page); if (fresh) part.replaceWith(document.importNode(fresh, true)); });
    const state = $(".top .state"), said = $(".top .state", page);
    if (state && said) state.textContent = said.textContent;
    prepare();
    at = kept ? rows().findIndex((row) => $(`a[data-open][href="${kept}"]`, row)) : -1;
    if (at >= 0) { rows()[at].classList.add("here"); if (hadFocus) $("a[data-open]", rows()[at]).focus({ preventScroll: true }); }
  };
  if (events && "EventSource" in window && note) {
    const source = new EventSource(events);
    let soon = 0;
    source.addEventListener("changed", () => { if (soon) return; soon = setTimeout(() => { soon = 0; follow().catch(() => { note.hidden = false; }); }, 1500); });
    addEventListener("pagehide", () => source.close());
  }
  document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => print()); });
  document.querySelectorAll("input[data-shows]").forEach((slider) => slider.addEventListener("input", () => { document.getElementById(slider.dataset.shows).textContent = slider.value; }));
  // the board of a farm: what one thing is tied to comes forward, and its lines are told in words
  const board = $("[data-board]");
  if (board) {
    const told = $("[data-told]"), lines = Array.from(board.querySelectorAll("path[data-from]")), things = Array.from(board.querySelectorAll("[data-node]"));
    const choose = (key) => {
      const near = new Set([key]), said = [];
      // what leads from somebody's laptop leads from them
      const own = new Set([key]);
      if (key.startsWith("w ")) lines.forEach((line) => { if (line.dataset.from === key && line.dataset.to.startsWith("l ")) own.add(line.dataset.to); });
      lines.forEach((line) => {
        const isOwn = key && (own.has(line.dataset.from) || line.dataset.to === key);
        if (isOwn) { near.add(line.dataset.from); near.add(line.dataset.to); said.push($("title", line).textContent); }
        line.classList.toggle("dim", Boolean(key) && !isOwn);
      });
      document.querySelectorAll("[data-lane]").forEach((lane) => lane.classList.toggle("dim", Boolean(key) && !near.has(lane.dataset.lane) && !near.has(lane.dataset.laptop)));
      things.forEach((thing) => thing.classList.toggle("dim", Boolean(key) && !near.has(thing.dataset.node)));
      told.replaceChildren(...said.slice(0, 12).map((text) => { const item = document.createElement("li"); item.textContent = text; return item; }));
      if (said.length > 12) { const item = document.createElement("li"); item.textContent = `and ${said.length - 12} more, in the table`; told.append(item); }
      told.hidden = said.length === 0;
    };
    things.forEach((thing) => { const key = thing.dataset.node; ["focus", "mouseenter"].forEach((name) => thing.addEventListener(name, () => choose(key))); ["blur", "mouseleave"].forEach((name) => thing.addEventListener(name, () => choose(""))); });
  }
})();

// Passkeys: the browser speaks to the authenticator, and the server checks what it says.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const bytes = (coded) => Uint8Array.from(atob(coded.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const send = async (path, fields) => {
    const answer = await fetch(path, { method: "POST", credentials: "same-origin", body: new URLSearchParams(fields) });
    if (!answer.ok) throw new Error(answer.status === 429 ? "Too many failed sign-ins: try again later." : "The passkey was not accepted.");
    return answer.json();
  };
  const add = async (form) => {
    const fields = Object.fromEntries(new FormData(form));
    const asked = await send("/account/passkeys/begin", { mark: fields.mark });
    asked.challenge = bytes(asked.challenge);
    asked.user.id = bytes(asked.user.id);
    asked.excludeCredentials.forEach((one) => { one.id = bytes(one.id); });
    const made = (await navigator.credentials.create({ publicKey: asked })).response;
    return send("/account/passkeys", { mark: fields.mark, label: fields.label, client: text(made.clientDataJSON), attestation: text(made.attestationObject) });
  };
  const get = async (form) => {
    const asked = await send("/login/passkey/begin", {});
    asked.challenge = bytes(asked.challenge);
    const found = await navigator.credentials.get({ publicKey: asked });
    const said = found.response;
    return send("/login/passkey", { next: new FormData(form).get("next"), id: text(found.rawId), client: text(said.clientDataJSON), data: text(said.authenticatorData), sign: text(said.signature), user: said.userHandle ? text(said.userHandle) : "" });
  };
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = form.querySelector("[data-said]");
      said.textContent = "Waiting for your device …";
      try {
        location.assign((await (form.dataset.passkey === "add" ? add : get)(form)).next);
      } catch (failure) {
        said.textContent = failure.name === "NotAllowedError" ? "Nothing was signed." : failure.message;
      }
    });
  });
})();
