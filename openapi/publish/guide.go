package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// addGuide sets the description of each tag with an x-guide to the text of that file. The first line of the file must be the
// tag's name as a heading; it is left out.
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
			return errors.New(name.Value + ": the file has no text")
		}
		remove(tag, "x-guide")
		set(tag, "description", text(body))
	}
	return nil
}
