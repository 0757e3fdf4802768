import { client } from "./client.js";

// sample getStorage
import { getStorage } from "@backlox/lox";

const { data: storage } = await getStorage({ client, throwOnError: true });
console.log(`${storage.used_bytes} of ${storage.quota_bytes} bytes are used`);
// end sample

// sample getStorageStats
import { getStorageStats } from "@backlox/lox";

const { data: stats } = await getStorageStats({ client, throwOnError: true });
console.table(stats.by_content_type);
console.table(stats.daily);
// end sample

export {};
