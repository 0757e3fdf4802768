package interpreter

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Scenario is the content of the contract's files. Runs share it, so it must not be changed.
type Scenario struct {
	chapters   []chapter
	lines      []step // the lines of operations.yaml
	payloads   map[string][]byte
	operations map[string]*operation // of the document, by operationId
}

type chapter struct {
	Chapter   string         `yaml:"chapter"`
	Needs     []string       `yaml:"needs"`
	Variables map[string]any `yaml:"variables"`
	Steps     []step         `yaml:"steps"`
}

// step is one step of a chapter, or a line of operations.yaml.
type step struct {
	Step  string   `yaml:"step"`
	Needs []string `yaml:"needs"`

	Call       string         `yaml:"call"`
	Parameters map[string]any `yaml:"parameters"`
	Body       any            `yaml:"body"`
	Key        yaml.Node      `yaml:"key"` // a node, because a missing key and null differ
	Request    *plainRequest  `yaml:"request"`
	Receive    *receiveFields `yaml:"receive"`
	Wait       *waitFields    `yaml:"wait"`
	Control    map[string]any `yaml:"control"`

	Each       string   `yaml:"each"`
	Only       []string `yaml:"only"`
	Except     []string `yaml:"except"`
	Bodies     bool     `yaml:"bodies"`
	Times      int      `yaml:"times"`
	Eventually bool     `yaml:"eventually"`

	Expect expectation       `yaml:"expect"`
	Save   map[string]string `yaml:"save"`
}

// plainRequest is a request that is not made through the generated client.
type plainRequest struct {
	Method  string `yaml:"method"`
	URL     string `yaml:"url"`
	Headers any    `yaml:"headers"`
	Payload string `yaml:"payload"`
	Text    string `yaml:"text"`
}

// receiveFields say which webhook a step waits for.
type receiveFields struct {
	Path    string   `yaml:"path"`
	Event   string   `yaml:"event"`
	Secrets []string `yaml:"secrets"`
}

// waitFields say until when a step waits: until a time, or for a number of seconds after another step ended.
type waitFields struct {
	Until   string `yaml:"until"`
	Seconds any    `yaml:"seconds"`
	After   string `yaml:"after"`
}

// Read reads the contract in a directory.
func Read(dir string) (*Scenario, error) {
	s := &Scenario{payloads: map[string][]byte{}}
	if err := s.readPayloads(dir); err != nil {
		return nil, err
	}
	if err := read(filepath.Join(dir, "operations.yaml"), &s.lines); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "scenario", "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no scenario in %s: %w", dir, err)
	}
	slices.Sort(files)
	s.chapters = make([]chapter, len(files))
	for i, file := range files {
		if err := read(file, &s.chapters[i]); err != nil {
			return nil, err
		}
		for _, step := range s.chapters[i].Steps {
			if err := step.check(); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", file, step.Step, err)
			}
		}
	}
	s.operations, err = readOperations()
	return s, err
}

func read(file string, into any) error {
	content, err := os.Open(file)
	if err != nil {
		return err
	}
	defer content.Close()
	decoder := yaml.NewDecoder(content)
	decoder.KnownFields(true) // a misspelt field would be ignored and check nothing
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

func (s *Scenario) readPayloads(dir string) error {
	var described map[string]struct {
		Text    string `yaml:"text"`
		Pattern string `yaml:"pattern"`
		Size    int    `yaml:"size"`
	}
	if err := read(filepath.Join(dir, "payloads.yaml"), &described); err != nil {
		return err
	}
	for name, p := range described {
		content := []byte(p.Text)
		if p.Pattern != "" {
			content = []byte(strings.Repeat(p.Pattern, p.Size/len(p.Pattern)+1)[:p.Size])
		}
		s.payloads[name] = content
	}
	return nil
}

// check returns an error if a step does nothing or does more than one thing, of which all but one would be ignored.
func (s step) check() error {
	if s.Each != "" && s.Each != "operations" {
		return fmt.Errorf("each: %q must be operations", s.Each)
	}
	actions := 0
	for _, present := range []bool{s.Call != "" || s.Each != "", s.Request != nil, s.Receive != nil, s.Wait != nil, s.Control != nil} {
		if present {
			actions++
		}
	}
	if actions != 1 {
		return fmt.Errorf("a step must have exactly one of call, request, receive, wait and control, and has %d", actions)
	}
	if s.Receive != nil && s.Expect.Body == nil {
		return errors.New("receive: expect.body must say which webhook to wait for")
	}
	return nil
}
