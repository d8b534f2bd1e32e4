(() => {
  "use strict";
  const reveal = () => {
    const wanted = document.querySelector(":target");
    if (!wanted) return;
    wanted.hidden = false;
    for (let spot = wanted; spot; spot = spot.parentElement)
      if (spot.tagName === "DETAILS") spot.open = true;
    wanted.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  addEventListener("load", reveal);

  const bar = document.getElementById("filter");
  if (!bar) return;
  const part = (name) => bar.querySelector(`[name="${name}"]`);
  const told = bar.querySelector("output");
  const cases = [...document.querySelectorAll(".case")];
  const texts = new Map();
  const text = (one) => {
    if (!texts.has(one)) texts.set(one, one.textContent.toLowerCase());
    return texts.get(one);
  };
  const choose = () => {
    const words = part("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const kind = part("kind").value;
    const language = part("language").value;
    const gaps = part("gaps").checked;
    let shown = 0;
    for (const one of cases) {
      const fits =
        (!kind || one.dataset.kind === kind) &&
        (!language || one.dataset.language === language) &&
        (!gaps || "gaps" in one.dataset) &&
        words.every((word) => text(one).includes(word));
      one.hidden = !fits;
      shown += fits;
    }
    told.textContent = told.dataset.text.replace("#", shown);
  };
  bar.addEventListener("input", choose);
  bar.hidden = false;
  choose();
})();
