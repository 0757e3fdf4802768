package pgembed

import (
	"os"
	"strings"
)

// ignoreEnvironment removes libpq's variables from the environment of this process. lib/pq adds them to every
// connection string, and refuses to connect if one of them is of a kind that it doesn't support: a PGHOSTADDR would
// lead away from the private server, a PGREQUIRESSL would keep a program from starting. No connection string can
// override them all, and pq.ListenerConn takes nothing but a connection string. The children never had them: see
// environment.
func ignoreEnvironment() {
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		// lib/pq spells two of them SSLPGMINPROTOCOLVERSION and SSLPGMAXPROTOCOLVERSION.
		if strings.HasPrefix(name, "PG") || strings.HasPrefix(name, "SSLPG") {
			_ = os.Unsetenv(name) // fails only for a malformed name
		}
	}
}
