package pgembed

import (
	"os"
	"strings"
)

// ignoreEnvironment removes libpq's variables from the environment of this process. lib/pq adds them to every
// connection string, and refuses to connect if it doesn't support one of them: PGHOSTADDR would redirect connections to
// another server, and PGREQUIRESSL would prevent the start. No connection string can override all of them, and
// pq.ListenerConn accepts only a connection string. Child processes don't get them: see environment.
func ignoreEnvironment() {
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		// lib/pq spells two of them SSLPGMINPROTOCOLVERSION and SSLPGMAXPROTOCOLVERSION.
		if strings.HasPrefix(name, "PG") || strings.HasPrefix(name, "SSLPG") {
			_ = os.Unsetenv(name) // fails only for a malformed name
		}
	}
}
