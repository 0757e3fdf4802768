// Keeps the page at the section that its address names, until all is rendered.
//
// Scalar looks for the section for one second, and renders others above it later. On a slow machine it
// gives up before the section is there, or the others push the section out of the window. Then Scalar also
// puts the section that happens to be in the window into the address, and a reload would lead there.

// All is rendered when the page has kept its height for so long: frames, since a busy machine draws few.
const settledFrames = 30;
const settledTime = 1_000; // milliseconds
// An address that names no section must not keep the page busy.
const timeLimit = 120_000; // milliseconds

let latest = 0; // the number of the latest call of keepAt, which ends the earlier ones

// keepAtAnchor begins with the section that the page is opened at. Later it follows the links.
export function keepAtAnchor() {
  keepAt(location.hash);
  // Scalar pushes an address for a link, and replaces it when the reader scrolls.
  window.navigation?.addEventListener("navigate", (e) => {
    if (e.navigationType === "push") keepAt(new URL(e.destination.url).hash);
  });
  // A reader who moves on must not be held back.
  for (const type of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    addEventListener(type, () => latest++, { capture: true, passive: true });
  }
}

function keepAt(hash) {
  const number = ++latest;
  if (hash === "") return;
  const begun = performance.now();
  let height = 0;
  let frames = 0; // for which the page has had this height
  let since = begun;
  const look = () => {
    const now = performance.now();
    if (number !== latest || now - begun > timeLimit) return;
    const section = document.getElementById("lox/" + hash.slice(1));
    if (!section || document.documentElement.scrollHeight !== height) {
      height = document.documentElement.scrollHeight;
      frames = 0;
      since = now;
    }
    section?.scrollIntoView({ block: "start", behavior: "instant" });
    if (location.hash !== hash) history.replaceState(history.state, "", hash);
    if (++frames < settledFrames || now - since < settledTime) requestAnimationFrame(look);
  };
  look();
}
