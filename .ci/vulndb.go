// Command vulndb builds a database for govulncheck (https://go.dev/doc/security/vuln/database) from the reports in the
// module golang.org/x/vulndb: vulndb MODULE-DIRECTORY VERSION DATABASE
//
// The module proxy has the module, so this works on machines that can't reach vuln.go.dev. The database gets the date of the
// module's version.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

// entry has the fields of a report that the index needs (https://ossf.github.io/osv-schema).
type entry struct {
	ID        string     `json:"id"`
	Withdrawn *time.Time `json:"withdrawn"`
	Affected  []struct {
		Package struct {
			Name string `json:"name"`
		} `json:"package"`
	} `json:"affected"`
}

type reference struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified"`
}

type indexed struct {
	Path  string      `json:"path"`
	Vulns []reference `json:"vulns"`
}

// minReports is the minimum number of reports. With fewer, the layout of the module has probably changed, and a check
// with an empty database would pass.
const minReports = 1000

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: vulndb MODULE-DIRECTORY VERSION DATABASE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "vulndb:", err)
		os.Exit(1)
	}
}

func run(from, version, to string) error {
	modified, err := module.PseudoVersionTime(version)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(from, "data", "osv", "*.json"))
	if err != nil {
		return err
	}
	if len(files) < minReports {
		return fmt.Errorf("%d reports in %s, expected at least %d", len(files), from, minReports)
	}
	for _, dir := range []string{"ID", "index"} {
		if err := os.MkdirAll(filepath.Join(to, dir), 0o755); err != nil {
			return err
		}
	}
	modules := map[string]*indexed{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var e entry
		if err := json.Unmarshal(text, &e); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if e.Withdrawn != nil {
			continue
		}
		for _, affected := range e.Affected {
			path := affected.Package.Name
			if modules[path] == nil {
				modules[path] = &indexed{Path: path}
			}
			modules[path].Vulns = append(modules[path].Vulns, reference{e.ID, modified})
		}
		if err := os.WriteFile(filepath.Join(to, "ID", filepath.Base(file)), text, 0o644); err != nil {
			return err
		}
	}
	list := make([]*indexed, 0, len(modules))
	for _, m := range modules {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b *indexed) int { return strings.Compare(a.Path, b.Path) })
	return errors.Join(
		write(filepath.Join(to, "index", "modules.json"), list),
		write(filepath.Join(to, "index", "db.json"), map[string]time.Time{"modified": modified}),
	)
}

func write(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
