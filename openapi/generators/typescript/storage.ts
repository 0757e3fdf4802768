/** What no client of the API does: the bytes go straight to the store and come straight from it. */

export async function put(url: string, headers: Record<string, string>, content: string): Promise<void> {
  // fetch sets Content-Length, and refuses a given one.
  const allowed = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length');
  const response = await fetch(url, { method: 'PUT', headers: Object.fromEntries(allowed), body: content });
  if (!response.ok) throw new Error(`PUT: ${response.status} ${await response.text()}`);
}

export async function get(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`GET: ${response.status} ${await response.text()}`);
  return response.text();
}

/** The URL of the API and the key, from the environment. */
export function settings(): { url: string; key: string } {
  const { LOX_URL: url, LOX_API_KEY: key } = process.env;
  if (!url || !key) throw new Error('LOX_URL and LOX_API_KEY must be set');
  return { url, key };
}
