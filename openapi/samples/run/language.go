package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// buildTimeout covers the download of libraries on a slow network.
	buildTimeout = 15 * time.Minute
	runTimeout   = 2 * time.Minute
)

// language is a folder of samples. build compiles them and returns the command that runs them; it may write to dir.
type language struct {
	name  string
	build func(ctx context.Context, dir string) ([]string, error)
}

var languages = []language{
	{"curl", func(ctx context.Context, _ string) ([]string, error) {
		program, err := filepath.Abs("openapi/samples/curl/main.sh")
		if err != nil {
			return nil, err
		}
		_, err = output(ctx, ".ci/deps", "jq")
		return []string{"bash", program}, err
	}},
	{"go", func(ctx context.Context, dir string) ([]string, error) {
		program := filepath.Join(dir, "go-samples")
		_, err := output(ctx, "go", "build", "-o", program, "./openapi/samples/go")
		return []string{program}, err
	}},
	{"typescript", func(ctx context.Context, _ string) ([]string, error) {
		program, err := output(ctx, "openapi/samples/typescript/build")
		return []string{"node", program}, err
	}},
	{"python", func(ctx context.Context, _ string) ([]string, error) {
		python, err := output(ctx, "openapi/samples/python/build")
		if err != nil {
			return nil, err
		}
		root, err := os.Getwd()
		return []string{
			"env", "PYTHONPATH=" + filepath.Join(root, "gen/python"),
			python, "-B", filepath.Join(root, "openapi/samples/python/main.py"),
		}, err
	}},
	{"java", func(ctx context.Context, _ string) ([]string, error) {
		classes, err := output(ctx, "openapi/samples/java/build")
		return []string{"java", "-cp", classes, "com.backlox.lox.samples.Main"}, err
	}},
}

// output runs a command of this repository and returns the line that it prints.
func output(ctx context.Context, args ...string) (string, error) {
	var stdout, all buffer
	err := runCommand(ctx, buildTimeout, command{args: args, stdout: &stdout, all: &all})
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, all.String())
	}
	return strings.TrimSpace(stdout.String()), nil
}
