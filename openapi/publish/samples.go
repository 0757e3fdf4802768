package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// languages are the languages of the code samples, in the order of the document.
var languages = []struct{ folder, ending, fence, lang, label string }{
	{"curl", ".sh", "sh", "Shell", "curl"},
	{"go", ".go", "go", "Go", "Go"},
	{"typescript", ".ts", "ts", "TypeScript", "TypeScript"},
	{"python", ".py", "python", "Python", "Python"},
	{"java", ".java", "java", "Java", "Java"},
}

// addSamples adds the samples of all languages to each operation, as x-codeSamples.
func addSamples(document *yaml.Node) error {
	samples := make([]map[string]string, len(languages))
	for i, l := range languages {
		var err error
		if samples[i], err = samplesOf(filepath.Join(samplesDir, l.folder), l.ending); err != nil {
			return err
		}
	}
	// The samples use a client that the guide must show how to create.
	guide := member(member(document, "tags").Content[0], "description").Value
	for i, l := range languages {
		if block := "```" + l.fence + "\n" + samples[i]["client"] + "```"; !strings.Contains(guide, block) {
			return fmt.Errorf("the guide's first chapter must contain the sample \"client\" of %s:\n%s", l.label, block)
		}
	}
	for _, path := range values(member(document, "paths")) {
		for _, operation := range values(path) {
			id := member(operation, "operationId")
			if id == nil {
				continue
			}
			list := &yaml.Node{Kind: yaml.SequenceNode}
			for i, l := range languages {
				source, ok := samples[i][id.Value]
				if !ok {
					return fmt.Errorf("%s: %s has no sample", id.Value, l.folder)
				}
				list.Content = append(list.Content, &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
					text("lang"), text(l.lang), text("label"), text(l.label), text("source"), text(source),
				}})
			}
			set(operation, "x-codeSamples", list)
		}
	}
	return nil
}

// samplesOf reads the samples of a language by name. In the source files, a sample is the lines between a comment "sample
// NAME" and a comment "end sample", without their common indentation.
func samplesOf(dir, ending string) (map[string]string, error) {
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ending {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return samplesIn(raw, func(name, source string) error {
			if _, twice := found[name]; twice {
				return fmt.Errorf("%s: the sample %s exists twice", path, name)
			}
			found[name] = source
			return nil
		})
	})
	return found, err
}

func samplesIn(file []byte, found func(name, source string) error) error {
	var (
		name  string
		lines []string
	)
	for scanner := bufio.NewScanner(bytes.NewReader(file)); scanner.Scan(); {
		line := scanner.Text()
		words := strings.Fields(line)
		switch n := len(words); {
		case n == 3 && words[1] == "end" && words[2] == "sample":
			if err := found(name, dedent(lines)); err != nil {
				return err
			}
			name, lines = "", lines[:0]
		case n == 3 && words[1] == "sample":
			name = words[2]
		case name != "":
			lines = append(lines, line)
		}
	}
	if name != "" {
		return fmt.Errorf("sample %s has no end", name)
	}
	return nil
}

// dedent removes the common indentation of all lines, and replaces each further tab by two spaces.
func dedent(lines []string) string {
	depth := -1
	for _, line := range lines {
		if rest := strings.TrimLeft(line, " \t"); rest != "" && (depth < 0 || len(line)-len(rest) < depth) {
			depth = len(line) - len(rest)
		}
	}
	cut := slices.Clone(lines)
	for i, line := range lines {
		cut[i] = strings.ReplaceAll(line[min(max(depth, 0), len(line)):], "\t", "  ")
	}
	return strings.TrimSpace(strings.Join(cut, "\n")) + "\n"
}
