// Command go acts out the scenario of this directory's parent through the Go
// client: go run . environment.json. Its README says what a runner does.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/openapi"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

// environment is what a runner is told.
type environment struct {
	Scenario  string         `json:"scenario"`
	Offers    []string       `json:"offers"`
	Variables map[string]any `json:"variables"`
	Listen    string         `json:"listen"`
}

type chapter struct {
	Chapter   string         `yaml:"chapter"`
	Needs     []string       `yaml:"needs"`
	Variables map[string]any `yaml:"variables"`
	Steps     []step         `yaml:"steps"`
}

// runner is one run of the scenario.
type runner struct {
	environment
	out        io.Writer
	http       *http.Client
	client     *client.ClientWithResponses
	paths      map[string][]string // of operations: the names of their path parameters
	payloads   map[string][]byte
	operations []step
	hooks      *receiver
	ended      map[string]time.Time // when steps ended, by name
	lines      int
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: go run . environment.json")
	}
	r := &runner{out: out, http: &http.Client{
		Timeout:       requestTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, ended: map[string]time.Time{}}
	file, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	if err := json.Unmarshal(file, &r.environment); err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	if err := checkUnknownEvent(); err != nil {
		return err
	}
	chapters, err := r.prepare(ctx)
	if err != nil {
		return err
	}
	defer r.hooks.close()
	for _, c := range chapters {
		if err := r.chapter(ctx, c); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "1..%d\n", r.lines)
	return nil
}

// prepare reads the scenario and opens what it takes to act it out.
func (r *runner) prepare(ctx context.Context) ([]chapter, error) {
	if err := r.readPayloads(); err != nil {
		return nil, err
	}
	if err := r.read("operations.yaml", &r.operations); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(r.Scenario, "scenario", "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no scenario in %s: %w", r.Scenario, err)
	}
	slices.Sort(files)
	chapters := make([]chapter, len(files))
	for i, file := range files {
		if err := r.read(filepath.Join("scenario", filepath.Base(file)), &chapters[i]); err != nil {
			return nil, err
		}
		for _, s := range chapters[i].Steps {
			if s.Each != "" && s.Each != "operations" {
				return nil, fmt.Errorf("%s: %s: each: must be operations", file, s.Step)
			}
		}
	}
	if err := r.openClient(); err != nil {
		return nil, err
	}
	if _, given := r.Variables["run"]; !given {
		r.Variables["run"] = rand.Text()
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", r.Listen)
	if err != nil {
		return nil, err
	}
	r.hooks = receive(l)
	return chapters, nil
}

func (r *runner) read(file string, into any) error {
	content, err := os.ReadFile(filepath.Join(r.Scenario, file))
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(content)))
	decoder.KnownFields(true) // a field that no runner knows would check nothing
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

func (r *runner) readPayloads() error {
	var described map[string]struct {
		Text    string `yaml:"text"`
		Pattern string `yaml:"pattern"`
		Size    int    `yaml:"size"`
	}
	if err := r.read("payloads.yaml", &described); err != nil {
		return err
	}
	r.payloads = map[string][]byte{}
	for name, p := range described {
		content := []byte(p.Text)
		if p.Pattern != "" {
			content = []byte(strings.Repeat(p.Pattern, p.Size/len(p.Pattern)+1)[:p.Size])
		}
		r.payloads[name] = content
		r.Variables["payload."+name+".size"] = len(content)
		r.Variables["payload."+name+".sha256"] = sum(content)
	}
	return nil
}

func (r *runner) openClient() (err error) {
	doc, err := openapi.Load()
	if err != nil {
		return err
	}
	r.paths = map[string][]string{}
	for path, item := range doc.Paths.Map() {
		var names []string
		for part := range strings.SplitSeq(path, "/") {
			if strings.HasPrefix(part, "{") {
				names = append(names, strings.Trim(part, "{}"))
			}
		}
		for _, op := range item.Operations() {
			r.paths[op.OperationID] = names
		}
	}
	base, ok := r.Variables["base"].(string)
	if !ok {
		return errors.New("variables.base: must be the base URL")
	}
	r.client, err = client.NewClientWithResponses(base, client.WithHTTPClient(r.http))
	return err
}

// chapter takes the steps of a chapter, or passes them over.
func (r *runner) chapter(ctx context.Context, c chapter) error {
	if r.lacking(c.Needs) == "" {
		filled, err := r.fill(c.Variables)
		if err != nil {
			return fmt.Errorf("%s: variables: %w", c.Chapter, err)
		}
		maps.Copy(r.Variables, asMap(filled))
	}
	for _, s := range c.Steps {
		lacks := r.lacking(append(slices.Clone(c.Needs), s.Needs...))
		for _, one := range r.taken(s) {
			r.lines++
			title := fmt.Sprintf("%d - %s: %s%s", r.lines, c.Chapter, s.Step, one.which)
			if lacks != "" {
				fmt.Fprintf(r.out, "ok %s # SKIP needs %s\n", title, lacks)
				continue
			}
			if err := r.take(ctx, one.step); err != nil {
				fmt.Fprintf(r.out, "not ok %s\n# %s\n", title, strings.ReplaceAll(err.Error(), "\n", "\n# "))
				return errors.New("a step failed")
			}
			fmt.Fprintln(r.out, "ok", title)
		}
		r.ended[s.Step] = time.Now()
	}
	return nil
}

// lacking names the first need that the environment doesn't offer.
func (r *runner) lacking(needs []string) string {
	for _, need := range needs {
		if !slices.Contains(r.Offers, need) {
			return need
		}
	}
	return ""
}
