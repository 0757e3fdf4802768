package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// addGuide gives each tag that has an x-guide the text of that file as its description. The file's first line is its title,
// which is the tag's name.
func addGuide(document *yaml.Node) error {
	for _, tag := range member(document, "tags").Content {
		name := member(tag, "x-guide")
		if name == nil {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(guideDir, name.Value))
		if err != nil {
			return err
		}
		title, body, ok := strings.Cut(string(raw), "\n")
		if want := "# " + member(tag, "name").Value; !ok || title != want {
			return fmt.Errorf("%s: the first line is %q, want %q", name.Value, title, want)
		}
		body = strings.TrimSpace(body)
		if body == "" {
			return errors.New(name.Value + ": is empty")
		}
		remove(tag, "x-guide")
		set(tag, "description", text(body))
	}
	return nil
}
