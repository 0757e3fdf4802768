package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

const (
	generateTimeout = 2 * time.Minute
	// compileTimeout covers the download of libraries on a slow network.
	compileTimeout = 15 * time.Minute
	jobTimeout     = time.Minute
)

// language is a toolchain and the clients that it compiles.
type language struct {
	name string
	// prepare installs the pinned libraries into dir, a copy of this language's folder. It returns errAbsent if this machine
	// has no toolchain for the language. That is not a failure: the clients are then only generated.
	prepare func(ctx context.Context, w *workspace, dir string) error
	clients []client
}

// client is a client that one generator makes.
type client struct {
	generator string
	// generate is nil for a generator that compile runs.
	generate func(w *workspace, dir string) *command
	compile  func(w *workspace, dir string) *command
	// job returns the program that does the main job with the client. It needs the variables LOX_URL and LOX_API_KEY.
	job func(w *workspace, dir string) *command
}

var errAbsent = errors.New("is not on this machine")

// try generates, compiles and runs each client of the language as far as the installed toolchains allow.
func (l *language) try(ctx context.Context, w *workspace, s *server) []*result {
	dir := filepath.Join(w.dir, l.name)
	start := time.Now()
	err := l.copySources(dir)
	if err == nil && l.prepare != nil {
		err = l.prepare(ctx, w, dir)
	}
	absent := errors.Is(err, errAbsent)
	results := make([]*result, len(l.clients))
	for i, c := range l.clients {
		r := &result{client: c.generator, generates: "-", compiles: "-", works: "-", grown: "-", err: err}
		if absent {
			r.err = nil
		}
		if r.err == nil {
			c.try(ctx, w, s, dir, absent, r)
		}
		r.duration = time.Since(start)
		start = time.Now()
		results[i] = r
	}
	return results
}

func (c client) try(ctx context.Context, w *workspace, s *server, dir string, absent bool, r *result) {
	step := func(outcome *string, cmd *command) bool {
		if r.err = cmd.run(ctx); r.err != nil {
			*outcome = "FAILED"
			return false
		}
		*outcome = "yes"
		return true
	}
	if c.generate == nil {
		r.generates = "in build"
	} else if !step(&r.generates, c.generate(w, dir)) {
		return
	}
	if c.compile == nil || absent {
		r.compiles = "no compiler"
		return
	}
	if !step(&r.compiles, c.compile(w, dir)) {
		return
	}
	step(&r.works, c.job(w, dir).with("LOX_URL="+s.URL, "LOX_API_KEY="+s.key))
	failed := r.err
	step(&r.grown, c.job(w, dir).with("LOX_URL="+s.grown.URL+"/api", "LOX_API_KEY="+s.key))
	r.err = errors.Join(failed, r.err)
}

// copySources copies the folder of the language, if it has one, to dir. It keeps other files there, such as the compilers'
// caches.
func (l *language) copySources(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	source := filepath.Join(sourceDir, l.name)
	return filepath.WalkDir(source, func(path string, entry os.DirEntry, err error) error {
		switch {
		case errors.Is(err, os.ErrNotExist) && path == source:
			return nil // a language that is only generated has no folder
		case err != nil:
			return err
		}
		relative, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		target := filepath.Join(dir, relative)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		// Don't write an unchanged file: compilers would build it again because of its new time.
		if old, err := os.ReadFile(target); err == nil && string(old) == string(content) {
			return nil
		}
		return os.WriteFile(target, content, 0o600)
	})
}

// need runs a script that fails unless a toolchain is installed. The script may install it.
func (w *workspace) need(ctx context.Context, script, what string) error {
	path, err := filepath.Abs(script)
	if err != nil {
		return err
	}
	return w.command("deps-"+what, w.dir, compileTimeout, path, what).run(ctx)
}
