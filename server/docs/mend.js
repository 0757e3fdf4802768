// Mends what Scalar leaves out for assistive technology. axe-core reports each of these faults in
// TestDocs if its mend is missing.

const mends = {
  // The search field is a combobox, whose list of results is always there.
  '[role="dialog"] input[role="combobox"]:not([aria-expanded])': (e) => e.setAttribute("aria-expanded", "true"),
  // The fields of the request editor are comboboxes that say nothing while their list is closed.
  '.code-input-lite__editor[role="combobox"]:not([aria-expanded])': (e) => e.setAttribute("aria-expanded", "false"),
  // The editors of bodies have no name.
  '.cm-content[contenteditable="true"]:not([aria-label])': (e) => e.setAttribute("aria-label", "Request body"),
  '.cm-content[contenteditable="false"]:not([aria-label])': (e) => e.setAttribute("aria-label", "Response body"),
  // A keyboard reaches the ones to write in even so, but axe-core and others know it by this alone.
  '.cm-content[contenteditable="true"]:not([tabindex])': (e) => e.setAttribute("tabindex", "0"),
  // A keyboard can't scroll the ones that are only to be read.
  '.cm-scroller[tabindex="-1"]:has([contenteditable="false"])': (e) => e.setAttribute("tabindex", "0"),
  // The same holds for code in the guide that is wider than its column.
  ".markdown code.custom-scroll:not([tabindex])": (e) => e.setAttribute("tabindex", "0"),
  // Buttons that are said to be none.
  'button[role="none"]': (e) => e.removeAttribute("role"),
  // Buttons that take the focus at the ends of a pop-up, and are hidden all the same.
  '[data-headlessui-focus-guard][aria-hidden="true"]': (e) => {
    e.removeAttribute("aria-hidden");
    e.setAttribute("aria-label", "Edge of the pop-up");
  },
  // Code that is not shown can't be controlled.
  "button[aria-controls]": (e) => {
    if (!document.getElementById(e.getAttribute("aria-controls"))) e.removeAttribute("aria-controls");
  },
};

function mend() {
  for (const [selector, change] of Object.entries(mends)) document.querySelectorAll(selector).forEach(change);
}

// keepMended mends the page now and after each change, at most once per frame.
export function keepMended() {
  let planned = false;
  const plan = () => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => {
      planned = false;
      mend();
    });
  };
  new MutationObserver(plan).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ["role", "aria-expanded", "aria-hidden", "contenteditable"],
  });
  plan();
}
