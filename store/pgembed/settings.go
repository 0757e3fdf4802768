//go:build unix

package pgembed

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// defaultSettings returns settings for a small server that shares its machine with the API. They are passed on the
// command line and not in postgresql.conf, so that they are those of this binary and not of the one that created the
// cluster.
func defaultSettings() map[string]string {
	return map[string]string{
		"max_connections":    "100",
		"shared_buffers":     "128MB",
		"fsync":              "on",
		"synchronous_commit": "on",
		"full_page_writes":   "on",
		"wal_compression":    "on",  // pglz; lz4 and zstd depend on how the server was built
		"jit":                "off", // short queries only; compiling costs more than it saves
		"timezone":           "UTC",
		"log_timezone":       "UTC",
		"log_min_messages":   "warning",
		"log_checkpoints":    "off",

		"max_logical_replication_workers": "0", // one process less
	}
}

// reserved returns the settings that this package needs to find the server, connect to it and read its log.
func reserved() []string {
	return []string{
		"listen_addresses", "port", "unix_socket_directories", "unix_socket_permissions", "unix_socket_group",
		"data_directory", "hba_file", "ident_file", "config_file", "cluster_name", "external_pid_file",
		"logging_collector", "log_destination", "log_line_prefix", "syslog_facility",
	}
}

// serverArgs returns the -c arguments, sorted by name. fixed overrides custom, which overrides the defaults.
func serverArgs(custom, fixed map[string]string) ([]string, error) {
	settings := defaultSettings()
	for name, value := range custom {
		name = strings.ToLower(name)
		if slices.Contains(reserved(), name) {
			return nil, fmt.Errorf("setting %q belongs to the embedded server and can't be changed", name)
		}
		settings[name] = value
	}
	maps.Copy(settings, fixed)
	args := make([]string, 0, 2*len(settings))
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	return args, nil
}
