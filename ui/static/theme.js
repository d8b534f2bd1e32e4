// Before anything is drawn: light or dark as chosen, else as the system has it.
(function () {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try {
      return localStorage.getItem("tandem-theme");
    } catch (error) {
      return null;
    }
  }
  function apply() {
    const theme = chosen() || (system.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
  }
  apply();
  system.addEventListener("change", apply);
})();
