// The form of the section "Store a file": the steps that store a file, one button each.

// storePanel returns a component that Scalar mounts in the section. Scalar doesn't export its
// Vue, so the component renders an empty text and puts the form behind it. There is one form,
// which keeps its state when Scalar takes the section out of the page and puts it back.
export function storePanel(api) {
  const form = document.getElementById("store-template").content.firstElementChild;
  connect(form, api);
  return {
    inheritAttrs: false,
    render: () => "",
    mounted() {
      this.$el.after(form);
    },
    beforeUnmount() {
      form.remove();
    },
  };
}

function connect(form, api) {
  const find = (id) => form.querySelector(`#${id}`);
  const [key, file, fetchLink] = ["store-key", "store-file", "store-fetch"].map(find);
  const [create, upload, complete, download] = ["store-create", "store-upload", "store-complete", "store-download"].map(find);
  const steps = [create, upload, complete, download];
  let backup; // as createBackup returned it

  const call = (method, path, body) =>
    fetch(api + path, {
      method,
      headers: {
        Authorization: `Bearer ${key.value.trim()}`,
        ...(body && { "Content-Type": "application/json" }),
      },
      body: body && JSON.stringify(body),
      credentials: "omit",
    });

  on(create, async () => {
    const [chosen] = file.files;
    const response = await call("POST", "/v1/backups", {
      name: chosen.name,
      size_bytes: chosen.size,
      ...(chosen.type && { content_type: chosen.type }),
    });
    return answer(response, (body) => {
      backup = body;
    });
  });

  on(upload, async () => {
    const [chosen] = file.files;
    // The browser sets Content-Length itself and allows nobody else to.
    const headers = Object.entries(backup.upload_headers).filter(([name]) => name.toLowerCase() !== "content-length");
    const response = await fetch(backup.upload_url, {
      method: "PUT",
      headers: Object.fromEntries(headers),
      // Without its type: the browser would send that as a Content-Type that nobody signed.
      body: chosen.slice(0, chosen.size, ""),
      credentials: "omit",
    });
    return { ok: response.ok, text: `${response.status} ${response.statusText}\n${await response.text()}` };
  });

  on(complete, async () => answer(await call("POST", `/v1/backups/${backup.id}/complete`)));

  on(download, async () =>
    answer(await call("GET", `/v1/backups/${backup.id}/download`), (body) => {
      // The signed URL has the browser save what it returns, so the page stays.
      fetchLink.href = body.download_url;
      fetchLink.hidden = false;
    }),
  );

  // Another file begins anew.
  file.addEventListener("change", () => {
    clearFrom(0);
  });
  // Enter in the key's field does what it would in any form.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    create.click();
  });

  function on(button, send) {
    const at = steps.indexOf(button);
    const output = button.parentElement.querySelector("output");
    button.addEventListener("click", async () => {
      if (!form.reportValidity()) return;
      clearFrom(at);
      output.textContent = "Sending …";
      button.setAttribute("aria-busy", "true");
      let result;
      try {
        result = await send();
      } catch (error) {
        // No connection, or a storage that doesn't allow requests from pages (CORS).
        result = { ok: false, text: `No answer that this page may read: ${error.message}` };
      }
      button.removeAttribute("aria-busy");
      output.textContent = result.text.trim();
      output.dataset.ok = result.ok;
      if (result.ok && !result.again && steps[at + 1]) steps[at + 1].disabled = false;
    });
  }

  // clearFrom forgets what this step and those after it have answered.
  function clearFrom(at) {
    for (const [i, step] of steps.entries()) {
      if (i < at) continue;
      const output = step.parentElement.querySelector("output");
      output.textContent = "";
      delete output.dataset.ok;
      if (i > at) step.disabled = true;
    }
    fetchLink.hidden = true;
  }
}

// answer shows a response of the API, and passes its body on if it is a success.
async function answer(response, use) {
  const text = await response.text();
  let shown = text;
  try {
    const body = JSON.parse(text);
    shown = JSON.stringify(body, null, 2);
    if (response.ok) use?.(body);
  } catch {
    // Shown as it came: a proxy in between may answer with something else.
  }
  // After a 202 the verification goes on: the same step is to be repeated.
  return { ok: response.ok, again: response.status === 202, text: `${response.status} ${response.statusText}\n${shown}` };
}
