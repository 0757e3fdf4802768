package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
)

// cargo builds one client's program, so that a failure of one client doesn't affect the other.
func cargo(name string) func(*workspace, string) *command {
	return func(w *workspace, dir string) *command {
		return w.command("compile-rust-"+name, dir, compileTimeout, "cargo", "build", "--quiet", "--locked", "--package", "main-job-"+name)
	}
}

func goBuild(name string) func(*workspace, string) *command {
	return func(w *workspace, dir string) *command {
		return w.command("compile-go-"+name, dir, compileTimeout, "go", "build", "-o", "bin/"+name, "./"+name).with("GOFLAGS=")
	}
}

func tsc(name string) func(*workspace, string) *command {
	return func(w *workspace, dir string) *command {
		return w.command("compile-"+name, dir, compileTimeout, "node", "node_modules/typescript/bin/tsc", "--project", name)
	}
}

func node(name string) func(*workspace, string) *command {
	return func(w *workspace, dir string) *command {
		return w.command("job-"+name, dir, jobTimeout, "node", "out/"+name+"/main.js")
	}
}

func npmTool(name string, args ...string) func(*workspace, string) *command {
	return func(w *workspace, dir string) *command {
		return w.command("generate-"+name, dir, generateTimeout, append([]string{"node_modules/.bin/" + name}, args...)...)
	}
}

// npm installs the generators and libraries, by version and hash, unless the same lock file is already installed.
func npm(ctx context.Context, w *workspace, dir string) error {
	if err := w.need(ctx, ".ci/deps", "node"); err != nil {
		return err
	}
	return installed(dir, "package-lock.json", "node_modules/installed", func() error {
		return w.command("install-npm", dir, compileTimeout, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund").run(ctx)
	})
}

// pip installs the generator and the libraries, by version and hash, unless the same lock file is already installed.
func pip(ctx context.Context, w *workspace, dir string) error {
	if err := w.need(ctx, ".ci/deps", "python"); err != nil {
		return err
	}
	return installed(dir, "requirements.txt", "venv/installed", func() error {
		if err := os.RemoveAll(filepath.Join(dir, "venv")); err != nil {
			return err
		}
		// Without pip: on Debian, a venv with pip needs another package. The system's pip installs into the venv.
		if err := w.command("install-venv", dir, generateTimeout, "python3", "-m", "venv", "--without-pip", "venv").run(ctx); err != nil {
			return err
		}
		return w.command("install-pip", dir, compileTimeout, "python3", "-m", "pip", "--python", "venv/bin/python", "install", "--quiet",
			"--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:", "--requirement", "requirements.txt").run(ctx)
	})
}

// installed installs unless the file mark says that the same lock file is already installed.
func installed(dir, lock, mark string, install func() error) error {
	content, err := os.ReadFile(filepath.Join(dir, lock))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	digest := hex.EncodeToString(sum[:])
	mark = filepath.Join(dir, mark)
	switch found, err := os.ReadFile(mark); {
	case err == nil && string(found) == digest:
		return nil
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return err
	}
	if err := install(); err != nil {
		return err
	}
	return os.WriteFile(mark, []byte(digest), 0o600)
}

// pythonImport compiles a package by importing all its modules.
func pythonImport(path, name string) func(*workspace, string) *command {
	return func(w *workspace, dir string) *command {
		return w.command("import-"+name, dir, jobTimeout, "venv/bin/python", "-W", "error", "import_all.py", name).with("PYTHONPATH=" + path)
	}
}

func python(path, name string) func(*workspace, string) *command {
	return func(w *workspace, dir string) *command {
		return w.command("job-"+name, dir, jobTimeout, "venv/bin/python", name).with("PYTHONPATH=" + path)
	}
}
