// sample client
import { createClient } from "@backlox/lox";

const client = createClient({
  baseUrl: process.env["LOX_URL"] ?? "https://backlox.com/api",
  auth: process.env["LOX_API_KEY"],
});
// end sample

export { client };
