// Tandem's page: hears clicks on our own buttons and hands them to Python, opens the panel, keeps
// focus and spoken announcements right. A button's name says what it does, its value with what.
(function () {
  "use strict";

  const page = document.documentElement;
  let words = {};
  let opener = null; // what had the focus before the panel opened
  let wanted = ""; // the source the panel was asked for
  let shown = ""; // the source the panel shows
  let greeted = false; // Python has said what the page shows at first

  const find = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => [...(root || document).querySelectorAll(selector)];

  // ---- to Python ----------------------------------------------------------------------------

  // A click on a page that is still loading is not lost: it waits for the bridge it goes over, and
  // for the page's first words, which would overwrite what answers it.
  function tell(name, payload) {
    const box = find(`#bridge-${name} textarea, #bridge-${name} input`);
    if (!box || !greeted) {
      setTimeout(() => tell(name, payload), 100);
      return;
    }
    box.value = typeof payload === "string" ? payload : JSON.stringify(payload);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => {
      box.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
    }, 20);
  }

  // ---- words --------------------------------------------------------------------------------

  async function learn(language) {
    const answer = await fetch(`labels/${language}.json`);
    words = await answer.json();
  }

  function passing(text, trouble) {
    all(".tandem-word").forEach((word) => word.remove());
    const word = document.createElement("div");
    word.className = trouble ? "tandem-word trouble" : "tandem-word";
    word.setAttribute("role", trouble ? "alert" : "status");
    word.textContent = text;
    document.body.append(word);
    setTimeout(() => word.remove(), trouble ? 7000 : 2200);
  }

  // What is done or written in one part of the page goes to Python one after the other: the slower
  // answer to an earlier click would otherwise be drawn over that to a later one, and what was
  // written first be kept instead of what was written last. Looks don't wait.
  const fetched = window.fetch;
  const turns = {}; // the last answer that each part of the page was asked for
  const queued = new Set(); // what still waits for its turn

  function inTurn(args) {
    const body = String((args[1] && args[1].body) || "");
    const turn = body.match(/^\{"data":\["\{\\"turn\\":\\"(\w+)\\"/);
    if (!turn) return fetched.apply(window, args);
    let sent = null;
    const send = (leaving) => {
      queued.delete(send);
      sent = sent || fetched(args[0], leaving ? { ...args[1], keepalive: true } : args[1]);
      return sent;
    };
    queued.add(send);
    const answered = (turns[turn[1]] || Promise.resolve()).then(() => send(false));
    turns[turn[1]] = answered.catch(() => null);
    return answered;
  }

  // Who closes the page right after a tick would lose it, were it left in the queue.
  window.addEventListener("pagehide", () => queued.forEach((send) => send(true)));

  // Gradio keeps the error of an unqueued handler to itself: say its sentence.
  window.fetch = async function (...args) {
    const answer = await inTurn(args);
    // Gradio still has to draw what came.
    if (answer.url.includes("/gradio_api/run/")) setTimeout(() => { greeted = true; }, 60);
    if (answer.status >= 400 && answer.url.includes("/gradio_api/")) {
      planned();
      const body = await answer.clone().json().catch(() => ({}));
      if (typeof body.error === "string") passing(body.error, true);
    }
    return answer;
  };

  // ---- views, drawer, theme, language -----------------------------------------------------------

  function view(name) {
    turnTo(name);
    if (name === "plan") tell("plan", { turn: "plan", do: "enter", fields: fields("#plan") });
    if (name === "library") tell("library", String(Date.now()));
    if (name === "evals") tell("evals", { turn: "evals", do: "enter" });
  }

  function turnTo(name) {
    document.body.dataset.view = name;
    document.body.dataset.drawer = "";
    closePanel();
    marks();
  }

  function theme() {
    const next = page.dataset.theme === "dark" ? "light" : "dark";
    page.dataset.theme = next;
    try {
      localStorage.setItem("tandem-theme", next);
    } catch (error) {
      // Without storage the choice lasts as long as the page.
    }
  }

  function language(code) {
    document.cookie = `tandem_language=${code}; path=/; max-age=31536000; samesite=strict`;
    page.lang = code;
    learn(code);
    closePanel();
    tell("language", code);
  }

  // ---- dialogs ------------------------------------------------------------------------------------

  // Resolves to the text of the field (or true without one), or to null when cancelled.
  function dialog({ title, text, label, value, long, kind, go, danger }) {
    return new Promise((resolve) => {
      const box = document.createElement("dialog");
      box.className = "tandem-dialog";
      const form = document.createElement("form");
      form.method = "dialog";
      const heading = document.createElement("h2");
      heading.textContent = title;
      heading.id = "tandem-dialog-title";
      box.setAttribute("aria-labelledby", heading.id);
      form.append(heading);
      if (text) {
        const line = document.createElement("p");
        line.textContent = text;
        form.append(line);
      }
      let field = null;
      if (label) {
        const name = document.createElement("label");
        name.textContent = label;
        field = document.createElement(long ? "textarea" : "input");
        field.id = "tandem-dialog-field";
        if (kind) field.type = kind;
        field.value = value || "";
        name.htmlFor = field.id;
        form.append(name, field);
      }
      const row = document.createElement("div");
      row.className = "row";
      const cancel = document.createElement("button");
      cancel.type = "button";
      cancel.className = "cancel";
      cancel.textContent = words.cancel;
      const yes = document.createElement("button");
      yes.type = "submit";
      yes.className = danger ? "go danger" : "go";
      yes.textContent = go;
      row.append(cancel, yes);
      form.append(row);
      box.append(form);
      document.body.append(box);
      let result = null;
      cancel.addEventListener("click", () => box.close());
      form.addEventListener("submit", () => {
        result = field ? field.value : true;
      });
      box.addEventListener("close", () => {
        box.remove();
        resolve(result);
      });
      box.showModal();
      if (kind) field.focus();
      else if (field) field.select();
      else cancel.focus();
    });
  }

  async function rename(id) {
    const title = find(`.conversation button.open[value="${id}"]`).textContent;
    const entered = await dialog({
      title: words.rename_title, label: words.rename_label, value: title, go: words.save,
    });
    if (entered && entered.trim()) tell("rename", { id: Number(id), title: entered });
  }

  async function confirmed(name, payload, title, text, go) {
    if (await dialog({ title, text, go, danger: true })) tell(name, payload);
  }

  async function edit(question) {
    const said = questionText(question);
    const entered = await dialog({
      title: words.edit_title, text: words.edit_text, label: words.edit_label, long: true,
      value: said, go: words.send,
    });
    if (entered && entered.trim()) {
      tell("act", { turn: "chat", do: "edit", question: Number(question), text: entered });
    }
  }

  function questionText(question) {
    const button = find(`button[name="edit"][value="${question}"]`);
    return find(".said", button.closest(".message-row")).innerText;
  }

  // ---- answers ------------------------------------------------------------------------------------

  async function copy(button) {
    const row = button.closest(".message-row");
    const text = find(".said", row) ? find(".said", row).innerText : plain(row);
    try {
      await navigator.clipboard.writeText(text);
      passing(words.copied);
    } catch (error) {
      passing(words.copy_failed);
    }
  }

  // The answer as text: chips as [1], sources as a list, without buttons.
  function plain(row) {
    const copied = find(".md", row).cloneNode(true);
    all(".actions, .follow-ups, .byline, .aside, .reason-form, .reason-thanks", copied).forEach((part) =>
      part.remove(),
    );
    all("button.cite", copied).forEach((chip) => {
      chip.replaceWith(`[${find(".number", chip).textContent}]`);
    });
    all("li", copied).forEach((item) => {
      if (!item.closest(".sources")) item.prepend("- ");
    });
    all(".where", copied).forEach((where) => where.prepend(", "));
    all(".sources .number", copied).forEach((number) => {
      number.textContent = `[${number.textContent}] `;
    });
    copied.style.cssText = "position:fixed;left:-9999px;width:640px";
    document.body.append(copied);
    const text = copied.innerText.trim();
    copied.remove();
    return text;
  }

  function rate(button) {
    const [id, way] = button.value.split(":");
    const was = button.classList.contains("on");
    const actions = button.closest(".actions");
    all(".toggle", actions).forEach((toggle) => toggle.classList.remove("on"));
    if (!was) button.classList.add("on");
    all(".rated", actions.parentNode).forEach((rated) => rated.remove());
    marks();
    tell("rate", { id: Number(id), rating: was ? null : way });
    all(".reason-form, .reason-thanks", actions).forEach((form) => form.remove());
    if (!was) actions.append(reasonForm(Number(id), way));
  }

  function reasonForm(id, way) {
    const form = document.createElement("form");
    form.className = "reason-form";
    const field = document.createElement("input");
    field.placeholder = words.reason;
    field.setAttribute("aria-label", words.reason);
    field.maxLength = 2000;
    const save = document.createElement("button");
    save.type = "submit";
    save.name = "reason";
    save.className = "quiet";
    save.textContent = words.save;
    form.append(field, save);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      tell("rate", { id, rating: way, reason: field.value });
      const thanks = document.createElement("p");
      thanks.className = "reason-thanks";
      thanks.setAttribute("role", "status");
      thanks.textContent = words.thanks;
      form.replaceWith(thanks);
    });
    return form;
  }

  // ---- panel --------------------------------------------------------------------------------------

  function openSource(button, name) {
    const row = button.closest("#panel");
    if (!row) opener = button;
    wanted = `${name} ${button.value} ${page.lang}`;
    all(".looked-at").forEach((chip) => chip.classList.remove("looked-at"));
    button.classList.add("looked-at");
    if (wanted === shown) openPanel();
    else tell(name, button.value);
  }

  function openPanel() {
    shown = wanted;
    document.body.dataset.panel = "open";
    const panel = find("#panel");
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", (find("h2", panel) || {}).textContent || "");
    panel.scrollTop = 0;
    const cited = find("#cited", panel);
    if (cited) {
      const head = find(".panel-head", panel).offsetHeight;
      const place = cited.getBoundingClientRect().top - panel.getBoundingClientRect().top;
      panel.scrollTop = Math.max(0, place - head - 60);
    }
    const heading = find("h2", panel);
    if (heading) heading.focus({ preventScroll: true });
  }

  function closePanel() {
    if (document.body.dataset.panel !== "open") return;
    document.body.dataset.panel = "";
    all(".looked-at").forEach((chip) => chip.classList.remove("looked-at"));
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  }

  // ---- library ------------------------------------------------------------------------------------

  function pick(kind) {
    const input = find('#files input[type="file"]');
    if (!input) return;
    input.webkitdirectory = kind === "folder";
    input.click();
  }

  async function filesIn(entry) {
    if (entry.isFile) {
      return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
    }
    const reader = entry.createReader();
    const files = [];
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) return files;
      for (const inner of some) {
        if (!inner.name.startsWith(".")) files.push(...(await filesIn(inner)));
      }
    }
  }

  async function dropped(event) {
    const entries = [...event.dataTransfer.items]
      .map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry())
      .filter(Boolean);
    const files = (await Promise.all(entries.map(filesIn))).flat();
    const input = find('#files input[type="file"]');
    if (!files.length || !input) return;
    const carried = new DataTransfer();
    files.forEach((file) => carried.items.add(file));
    input.files = carried.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // ---- the trainer's page -------------------------------------------------------------------------

  // What the open form holds: a text a field, a list for boxes to tick.
  function fields(root) {
    const found = {};
    all(`${root} .fields :is(input, select, textarea)`).forEach((field) => {
      if (!field.name) return;
      if (field.type === "checkbox") {
        found[field.name] = found[field.name] || [];
        if (field.checked) found[field.name].push(field.value);
      } else if (field.type !== "radio" || field.checked) {
        found[field.name] = field.value;
      }
    });
    return found;
  }

  function evals(wish) {
    const work = find("#evals-work");
    work.classList.add("busy");
    setTimeout(() => work.classList.remove("busy"), 8000);
    tell("evals", { turn: "evals", do: wish, fields: fields("#evals") });
  }

  async function evalsConfirmed(wish, title, text) {
    if (await dialog({ title, text, go: words.delete, danger: true })) evals(wish);
  }

  function pickSuite() {
    const input = find('#suite-file input[type="file"]');
    if (input) input.click();
  }

  // Gradio's cleaning lets no text area through: long fields arrive as <pre class="area">.
  function writable() {
    all(":is(#evals, #plan) pre.area").forEach((written) => {
      const area = document.createElement("textarea");
      for (const name of ["name", "id", "rows"]) {
        area.setAttribute(name, written.getAttribute(name));
      }
      area.value = written.textContent;
      written.replaceWith(area);
    });
    all("#evals svg.tandem-plot:not([viewBox])").forEach((plot) => {
      plot.setAttribute("viewBox", `0 0 ${plot.getAttribute("width")} ${plot.getAttribute("height")}`);
      plot.setAttribute("role", "img");
      plot.setAttribute("aria-label", (find("title", plot) || {}).textContent || "");
    });
  }

  // Only what the chosen kind of case has is shown.
  function forKind() {
    const chosen = find("#field-kind");
    const kind = chosen ? chosen.value : "";
    all("#evals .only").forEach((part) => {
      part.hidden = Boolean(kind) && !part.classList.contains(`only-${kind}`);
    });
    all("#evals .for-kind").forEach((part) => {
      part.hidden = !part.classList.contains(`for-${kind}`);
    });
  }

  function filterCases() {
    const search = find("#case-search");
    if (!search) return;
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const classes = [["#case-kind", "kind"], ["#case-language", "lang"]]
      .map(([id, prefix]) => [find(id).value, prefix])
      .filter(([value]) => value)
      .map(([value, prefix]) => `${prefix}-${value}`);
    let shown = 0;
    all("#evals li.case").forEach((row) => {
      const text = row.textContent.toLowerCase();
      row.hidden =
        !wanted.every((word) => text.includes(word)) ||
        !classes.every((name) => row.classList.contains(name));
      if (!row.hidden) shown += 1;
    });
    const none = find("#evals .none-fit");
    if (none) none.hidden = shown > 0;
  }

  // A digit rates the first question that is still open (or the one that has the focus) and moves
  // on; Enter saves.
  function rateByKey(event) {
    const form = find("#evals .rating-form");
    if (!form || document.body.dataset.view !== "evals" || find("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const writing = event.target.closest && event.target.closest("textarea, input[type=text], select");
    if (event.key === "Enter" && !writing && !(event.target.closest && event.target.closest("button, summary, a"))) {
      event.preventDefault();
      find("button.go", form).click();
      return;
    }
    if (writing || !/^[1-5]$/.test(event.key)) return;
    const questions = all(".criterion", form);
    const open = questions.find((each) => !find("input:checked", each));
    const focused = event.target.closest && event.target.closest(".criterion");
    const asked = focused || open || questions[0];
    const mark = find(`input[value="${event.key}"]`, asked);
    mark.checked = true;
    mark.dispatchEvent(new Event("change", { bubbles: true }));
    const next = questions.find((each) => !find("input:checked", each));
    if (next) {
      find("input", next).focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
    } else {
      document.activeElement.blur();
      find("button.go", form).scrollIntoView({ block: "nearest" });
    }
  }

  let placeShown = "";
  let formShown = "";
  let noticeShown = "";

  // After the page has been drawn anew: begin at the top of a new place, show what went wrong.
  function arranged() {
    find("#evals-work").classList.remove("busy");
    writable();
    forKind();
    filterCases();
    all("#evals button.part").forEach((part) => {
      if (part.classList.contains("on")) part.setAttribute("aria-current", "page");
      else part.removeAttribute("aria-current");
    });
    const here = find("#evals button.part.on");
    if (here) here.parentNode.scrollLeft = here.offsetLeft - here.parentNode.offsetLeft - 60;
    const main = find("#evals-main .md");
    const html = main ? main.innerHTML.length : 0;
    const heading = find("#evals-main h2");
    const place = heading ? heading.textContent : "";
    const serial = find("#evals .fields input[name=serial]");
    const form = serial ? serial.value : "";
    const notice = find("#evals-main .notice");
    const said = notice ? notice.textContent + html : "";
    if (place && (place !== placeShown || form !== formShown)) {
      const first = placeShown === "";
      find("#evals").scrollTop = 0;
      if (!first && heading) heading.focus({ preventScroll: true });
    } else if (notice && said !== noticeShown) {
      const wrong = find("#evals .is-wrong");
      (wrong || notice).scrollIntoView({ block: "center" });
      const field = wrong && find("input, textarea, select", wrong);
      if (field) field.focus({ preventScroll: true });
    }
    placeShown = place;
    formShown = form;
    noticeShown = said;
  }

  // ---- the plan view ------------------------------------------------------------------------------

  let planBefore = null; // what the middle showed when something was asked for
  let planGivenUp = 0;
  let start = ""; // when the meeting begins, as long as the page is open

  const planHtml = () => (find("#plan-main .md") || {}).innerHTML || "";

  // Something is being done: the middle is dimmed and says so until it is drawn anew.
  function planning() {
    document.body.dataset.drawer = "";
    planned();
    planBefore = planHtml();
    find("#plan-work").classList.add("busy");
    const waiting = document.createElement("div");
    waiting.className = "plan-waiting";
    waiting.setAttribute("role", "status");
    waiting.textContent = words.planning || "";
    document.body.append(waiting);
    planGivenUp = setTimeout(planned, 60000);
    closePanel();
  }

  function plan(wish) {
    planning();
    tell("plan", { turn: "plan", do: wish, fields: fields("#plan") });
  }

  function planned() {
    planBefore = null;
    clearTimeout(planGivenUp);
    all(".plan-waiting").forEach((waiting) => waiting.remove());
    const work = find("#plan-work");
    if (work) work.classList.remove("busy");
  }

  async function planConfirmed(wish, title, text, go) {
    if (await dialog({ title, text, go: go || words.delete, danger: true })) plan(wish);
  }

  function tick(box) {
    tell("plan", { turn: "plan", do: `tick:${box.value}:${box.checked ? 1 : 0}`, fields: fields("#plan") });
  }

  function example(button) {
    const box = find("#field-told");
    box.value = button.value;
    box.focus();
    tell("plan-keep", { turn: "plan", fields: fields("#plan") });
  }

  function openPlan(button) {
    turnTo("plan");
    planning();
    tell("plan-chat", button.value);
  }

  const started = (address) => (start ? `${address}?start=${encodeURIComponent(start)}` : address);

  function print(button) {
    const paper = window.open(started(button.value));
    if (paper) paper.addEventListener("load", () => paper.print());
  }

  async function calendar(button) {
    const tomorrow = new Date(Date.now() + 86400000);
    const day = [tomorrow.getFullYear(), tomorrow.getMonth() + 1, tomorrow.getDate()]
      .map((part) => String(part).padStart(2, "0"))
      .join("-");
    const entered = await dialog({
      title: words.start_title, text: words.start_text, label: words.start_label,
      kind: "datetime-local", value: start || `${day}T16:00`, go: words.start_go,
    });
    if (!entered) return;
    start = entered.slice(0, 16);
    const link = document.createElement("a");
    link.href = started(button.value);
    link.download = "";
    link.click();
  }

  document.addEventListener("click", (event) => {
    const taken = event.target.closest("a.take");
    if (taken) taken.href = started(taken.href.split("?")[0]);
  });

  document.addEventListener("keydown", (event) => {
    const area = event.target.closest && event.target.closest("#plan .fields textarea");
    if (!area || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    find("button.go", area.closest(".fields")).click();
  });

  let planPlace = "";

  // After the middle has been drawn anew: begin at the top of what is new, and say it.
  function arrangedPlan() {
    if (planBefore !== null && planHtml() !== planBefore) planned();
    const main = find("#plan-main .md");
    if (!main || !main.children.length) return;
    all("#plan [lang] > .agenda").forEach((agenda) => agenda.setAttribute("role", "list"));
    all("#plan button.chip, #plan button.version").forEach((chip) => {
      if (chip.classList.contains("on")) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    });
    const heading = find("h1[tabindex], h2[tabindex]", main);
    const serial = find("input[name=serial]", main);
    const place = `${heading ? heading.textContent : ""} ${serial ? serial.value : ""}`;
    if (place === planPlace) return;
    const first = planPlace === "";
    planPlace = place;
    const wrong = find(".is-wrong", main);
    const compared = find(".comparison h3", main);
    if (wrong) {
      wrong.scrollIntoView({ block: "center" });
      const field = find("input, textarea, select", wrong);
      if (field) field.focus({ preventScroll: true });
      return;
    }
    find("#plan-work").scrollTop = 0;
    const help = find(".concern, .told-card", main);
    if (help) help.tabIndex = -1;
    const target = compared || help || heading;
    const shown = document.body.dataset.view === "plan" && !find("dialog[open]");
    const box = find("#field-told");
    if (shown && box && window.matchMedia("(min-width: 801px)").matches) box.focus();
    else if (shown && !first && target) target.focus({ preventScroll: true });
  }

  // ---- what each button does ----------------------------------------------------------------------

  const acts = {
    view: (button) => view(button.value),
    drawer: () => {
      document.body.dataset.drawer = document.body.dataset.drawer === "open" ? "" : "open";
      marks();
    },
    theme,
    language: (button) => language(button.value),
    open: (button) => {
      document.body.dataset.drawer = "";
      closePanel();
      tell("open", button.value);
    },
    rename: (button) => rename(button.value),
    delete: (button) =>
      confirmed("delete", button.value, words.delete_title, words.delete_text, words.delete),
    ask: (button) => tell("act", { turn: "chat", do: "ask", text: button.value }),
    retry: (button) => tell("act", { turn: "chat", do: "retry", question: Number(button.value) }),
    edit: (button) => edit(button.value),
    copy,
    rate,
    source: (button) => openSource(button, "source"),
    read: (button) => openSource(button, "read"),
    close: closePanel,
    pick: (button) => pick(button.value),
    plan: (button) => plan(button.value),
    "plan-source": (button) => openSource(button, "plan-source"),
    "plan-example": example,
    "plan-print": print,
    "plan-calendar": calendar,
    "open-plan": openPlan,
    "delete-plan": (button) =>
      planConfirmed(`delete-plan:${button.value}`, words.delete_plan_title, words.delete_plan_text),
    forget: (button) =>
      planConfirmed(`forget:${button.value}`, words.forget_title, words.forget_text, words.forget),
    "delete-log": (button) =>
      planConfirmed(`delete-log:${button.value}`, words.delete_log_title, words.delete_log_text),
    evals: (button) => evals(button.value),
    "pick-suite": pickSuite,
    "delete-suite": (button) =>
      evalsConfirmed(`delete-suite:${button.value}`, words.delete_suite_title, words.delete_suite_text),
    "delete-run": (button) =>
      evalsConfirmed(`delete-run:${button.value}`, words.delete_run_title, words.delete_run_text),
    sync: (button) => tell("sync", button.value),
    page: (button) => tell("page", button.value),
    remove: (button) =>
      confirmed("remove", button.value, words.remove_title, words.remove_text, words.remove),
    "remove-collection": (button) =>
      confirmed(
        "remove-collection", button.value, words.remove_folder_title, words.remove_folder_text,
        words.remove,
      ),
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name]");
    all(".menu[open], details.whose[open]").forEach((menu) => {
      if (!menu.contains(event.target) || event.target.closest(".menu-items")) menu.open = false;
    });
    if (button && acts[button.name]) {
      acts[button.name](button);
    } else if (event.target === document.body) {
      closePanel(); // the shade behind the sheet
    } else if (event.target.closest("#new")) {
      document.body.dataset.drawer = "";
      closePanel();
    } else if (document.body.dataset.drawer === "open" && !event.target.closest("#side, #plan-side")) {
      document.body.dataset.drawer = "";
    }
    const skip = event.target.closest("a.skip");
    if (skip) {
      event.preventDefault();
      view("chat");
      find("#question textarea").focus();
    }
  });

  // A notice about a question has been read once the question changes.
  document.addEventListener("input", (event) => {
    if (event.isTrusted && event.target.closest("#question")) document.body.dataset.notice = "read";
  });

  for (const kind of ["keydown", "click"]) {
    document.addEventListener(
      kind,
      (event) => {
        if (event.target.closest && event.target.closest("#ask") && (kind === "click" || event.key === "Enter")) {
          document.body.dataset.notice = "";
        }
      },
      true,
    );
  }

  document.addEventListener("change", (event) => {
    if (event.target.name === "collection") {
      tell("collection", { name: event.target.value, enabled: event.target.checked });
    } else if (event.target.closest("#evals .fields")) {
      forKind();
      tell("evals-keep", { turn: "evals", fields: fields("#evals") });
    } else if (event.target.name === "agreement") {
      tick(event.target);
    } else if (event.target.closest("#plan .fields")) {
      tell("plan-keep", { turn: "plan", fields: fields("#plan") });
    } else if (event.target.closest("#evals .case-filter")) {
      filterCases();
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.closest("#evals .case-filter")) filterCases();
  });

  document.addEventListener("keydown", rateByKey);

  document.addEventListener("keydown", (event) => {
    const line = event.target.closest && event.target.closest(":is(#evals, #plan) .fields input[type=text]");
    if (!line || event.key !== "Enter") return;
    event.preventDefault();
    const next = find("button.quiet", line.closest(".in-a-row") || line);
    const go = find("button.go", line.closest(".in-a-row") || line) || next;
    (go || find("button.go", line.closest(".fields"))).click();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || find("dialog[open]")) return;
    const menu = find(".menu[open], details.whose[open]");
    if (menu) {
      menu.open = false;
      find("summary", menu).focus();
    } else if (document.body.dataset.drawer === "open") {
      document.body.dataset.drawer = "";
    } else {
      closePanel();
    }
  });

  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(
      kind,
      (event) => {
        const place = event.target.closest && event.target.closest("#drop");
        if (!place) return;
        event.preventDefault();
        event.stopPropagation();
        place.classList.toggle("over", kind === "dragenter" || kind === "dragover");
        if (kind === "drop") dropped(event);
      },
      true,
    );
  }

  // ---- looking again ------------------------------------------------------------------------------

  const LOOK = 200; // milliseconds between two looks at a growing answer
  const LOOK_LIBRARY = 500;
  let sure = 0;
  let seen = "";

  // What the thread says; Gradio also draws it anew, and counts seconds in it, where nothing changes.
  function inThread() {
    const log = find("#thread [role=log]");
    return log ? log.textContent + all("button[value]", log).map((button) => button.value) : "";
  }

  // What grows is asked for until it is whole. Each look is a request of its own: one that is lost
  // or late harms nothing, because the next one shows what is true then. After each change one more
  // look makes sure of it.
  function keepLooking() {
    setInterval(() => find("#thread .growing") && tell("look", "growing"), LOOK);
    setInterval(() => {
      if (find("#progress .running")) tell("look-library", "running");
      if (find("#evals .running")) tell("evals-look", "running");
    }, LOOK_LIBRARY);
    new MutationObserver(() => {
      const now = inThread();
      if (now === seen) return;
      seen = now;
      clearTimeout(sure);
      sure = setTimeout(() => tell("look", "sure"), 2 * LOOK);
    }).observe(find("#thread"), { childList: true, subtree: true });
  }

  // ---- what screen readers are told ---------------------------------------------------------------

  const live = document.createElement("div");
  live.className = "sr";
  live.setAttribute("aria-live", "polite");
  live.setAttribute("role", "status");
  let told = ""; // what of the growing answer was announced
  let growing = false;

  // Announce the answer as it grows, sentence by sentence, and its end.
  function announce() {
    const answers = all("#thread .bot-row");
    const last = answers[answers.length - 1];
    const grows = Boolean(find("#thread .growing"));
    if (!last || (!grows && !growing)) return;
    if (grows && !growing) {
      told = "";
      live.textContent = words.answering || "";
    }
    growing = grows;
    const text = find(".waiting", last) ? "" : plain(last);
    const end = grows ? text.search(/[.!?:][^.!?:]*$/) + 1 : text.length;
    if (end > told.length && text.startsWith(told)) {
      live.textContent = text.slice(told.length, end);
      told = text.slice(0, end);
    }
    if (!grows) live.textContent += ` ${words.answered || ""}`;
  }

  // Names and states that the sanitiser does not let through.
  function marks() {
    const here = document.body.dataset.view;
    all(".bar button.tab").forEach((tab) => {
      tab.classList.toggle("on", tab.value === here);
      if (tab.value === here) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    });
    all(".rated").forEach((rated) => {
      const toggles = all(".toggle", rated.parentNode);
      if (toggles.some((toggle) => toggle.classList.contains("on"))) return;
      toggles.forEach((toggle) => {
        if (toggle.classList.contains(rated.title)) toggle.classList.add("on");
      });
    });
    all("button.toggle, button.language").forEach((toggle) => {
      toggle.setAttribute("aria-pressed", String(toggle.classList.contains("on")));
    });
    all(".conversation").forEach((row) => {
      const open = find("button.open", row);
      if (row.classList.contains("current")) open.setAttribute("aria-current", "true");
      else open.removeAttribute("aria-current");
    });
    const drawer = find(".bar button.drawer");
    if (drawer) {
      drawer.setAttribute("aria-expanded", String(document.body.dataset.drawer === "open"));
    }
    const log = find("#thread [role=log]");
    if (log) {
      log.setAttribute("aria-live", "off");
      log.removeAttribute("aria-label");
    }
    all("#thread [data-testid][aria-label]").forEach((row) => row.removeAttribute("aria-label"));
    all("#thread [role=complementary]").forEach((place) => place.removeAttribute("role"));
    all(".toast-close").forEach((close) => close.setAttribute("aria-label", words.close || ""));
    const box = find("#question textarea");
    if (box) box.setAttribute("aria-describedby", "notice machine");
  }

  // ---- reading from the top of an answer -----------------------------------------------------------

  let lastQuestion = "";
  let free = false; // the person has scrolled: leave the thread where it is
  let settled = "";

  // A new question moves to the top of the thread; the answer grows below it, in reading order.
  // Where nothing has changed, nothing moves: people also scroll by the bar, the tab key or a tool.
  function settle() {
    const log = find("#thread [role=log]");
    const now = log ? `${log.clientHeight} ${inThread()}` : "";
    if (now === settled) return;
    settled = now;
    const questions = all("#thread .user-row");
    const last = questions[questions.length - 1];
    const current = last ? `${questions.length} ${find(".said", last)?.textContent}` : "";
    if (current !== lastQuestion) free = false;
    lastQuestion = current;
    if (!last || !log || free) return;
    const answer = all("#thread .bot-row").pop();
    all("#thread .bot-row").forEach((row) => row.style.removeProperty("min-height"));
    if (answer) answer.style.minHeight = `${Math.max(0, log.clientHeight - last.offsetHeight - 60)}px`;
    log.scrollTop += last.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
  }

  for (const kind of ["wheel", "touchmove", "keydown"]) {
    document.addEventListener(
      kind,
      (event) => {
        if (event.target.closest && event.target.closest("#thread")) free = true;
      },
      { passive: true },
    );
  }

  // ---- the conversation survives a reload ---------------------------------------------------------

  function remember() {
    const current = find("#conversations .conversation.current button.open");
    try {
      if (current) sessionStorage.setItem("tandem-conversation", current.value);
      else if (find("#conversations .conversation")) sessionStorage.removeItem("tandem-conversation");
    } catch (error) {
      // Without storage a reload begins a new conversation.
    }
  }

  function remembered() {
    try {
      return sessionStorage.getItem("tandem-conversation");
    } catch (error) {
      return null;
    }
  }

  // ---- beginning ----------------------------------------------------------------------------------

  let announcing = 0;
  let lastPanel = "";

  function changed() {
    arranged();
    arrangedPlan();
    marks();
    settle();
    remember();
    const panel = find("#panel .md, #panel .prose");
    const content = panel ? panel.innerHTML : "";
    if (content !== lastPanel) {
      lastPanel = content;
      if (content && wanted) openPanel();
    }
    clearTimeout(announcing);
    announcing = setTimeout(announce, 300);
  }

  function ready() {
    const on = find("#header button.language.on");
    // Gradio loads its parts one by one; the page is shown when the last of ours is there, and its
    // first words, which would overwrite what answers a question.
    const parts = ["#question textarea", "#thread .wrapper", "#bridge-open", "#bridge-look"];
    return greeted && on && on.value === page.lang && parts.every((part) => find(part));
  }

  function begin() {
    document.body.dataset.view = "chat";
    document.body.append(live);
    learn(page.lang);
    const back = remembered();
    let waiting = 0;
    const observer = new MutationObserver(() => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(changed);
    });
    const start = setInterval(() => {
      if (!ready()) return;
      clearInterval(start);
      changed();
      page.classList.add("ready");
      observer.observe(find("gradio-app"), {
        childList: true, subtree: true, characterData: true, attributes: true,
        attributeFilter: ["aria-label", "class"],
      });
      keepLooking();
      if (back) tell("open", back);
      if (window.matchMedia("(min-width: 801px)").matches) find("#question textarea").focus();
    }, 30);
    setTimeout(() => page.classList.add("ready"), 5000);
    setInterval(async () => {
      try {
        await fetch("healthz", { cache: "no-store" });
      } catch (error) {
        passing(words.offline, true);
      }
    }, 15000);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
