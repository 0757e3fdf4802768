package main

import (
	"context"
	"os"
	"path/filepath"
)

// depsScript checks for toolchains that only the generators need.
const depsScript = sourceDir + "/deps"

// languages begins with the slowest, so that none of them runs alone at the end.
var languages = []*language{
	{name: "rust", prepare: needsCargo, clients: []client{
		{
			generator: "openapi-generator rust",
			generate:  byOpenAPIGenerator("rust", "generated", "packageName=lox-client"),
			compile:   cargo("openapi-generator"),
			job:       program("target/debug/main-job-openapi-generator"),
		},
		{
			generator: "progenitor",
			compile:   cargo("progenitor"),
			job:       program("target/debug/main-job-progenitor"),
		},
	}},
	{name: "go", clients: []client{
		{
			generator: "openapi-generator go",
			generate:  byOpenAPIGenerator("go", "client/openapi", "withGoMod=false"),
			compile:   goBuild("openapi-generator"),
			job:       program("bin/openapi-generator"),
		},
		{
			generator: "ogen",
			generate: func(w *workspace, dir string) *command {
				return w.command("generate-ogen", dir, compileTimeout,
					"go", "tool", "ogen", "--target", "client/ogen", "--package", "ogen", "--clean", w.document).with("GOFLAGS=")
			},
			compile: goBuild("ogen"),
			job:     program("bin/ogen"),
		},
	}},
	{name: "kotlin", prepare: needs("java"), clients: []client{{
		generator: "openapi-generator kotlin",
		generate:  byOpenAPIGenerator("kotlin", "generated"),
		compile: func(w *workspace, dir string) *command {
			return w.command("compile-kotlin", dir, compileTimeout, "mvn", "--quiet", "--batch-mode", "--strict-checksums", "compile")
		},
		job: func(w *workspace, dir string) *command {
			return w.command("job-kotlin", dir, jobTimeout, "java", "-cp", "target/classes:target/dependency/*", "MainKt")
		},
	}}},
	{name: "typescript", prepare: npm, clients: []client{
		{
			generator: "openapi-generator typescript-axios",
			generate:  byOpenAPIGenerator("typescript-axios", "axios/client"),
			compile:   tsc("axios"),
			job:       node("axios"),
		},
		{
			generator: "orval",
			generate:  npmTool("orval", "--input", "../openapi.yaml", "--output", "orval/client/lox.ts", "--client", "axios-functions", "--fail-on-warnings"),
			compile:   tsc("orval"),
			job:       node("orval"),
		},
		{
			generator: "openapi-typescript",
			generate:  npmTool("openapi-typescript", "../openapi.yaml", "--output", "fetch/client/lox.ts"),
			compile:   tsc("fetch"),
			job:       node("fetch"),
		},
	}},
	{name: "python", prepare: pip, clients: []client{
		{
			generator: "openapi-generator python",
			generate:  byOpenAPIGenerator("python", "openapi"),
			compile:   pythonImport("openapi", "openapi_client"),
			job:       python("openapi", "openapi_generator.py"),
		},
		{
			generator: "openapi-python-client",
			generate: func(w *workspace, dir string) *command {
				// It runs ruff, which is in the same directory.
				return w.command("generate-openapi-python-client", dir, generateTimeout,
					"venv/bin/openapi-python-client", "generate", "--path", w.document, "--output-path", "lox", "--fail-on-warning").
					with("PATH=" + filepath.Join(dir, "venv/bin") + ":" + os.Getenv("PATH")).removing(filepath.Join(dir, "lox"))
			},
			compile: pythonImport("lox", "lox_api_client"),
			job:     python("lox", "openapi_python_client.py"),
		},
	}},
	{name: "php", prepare: needsIfCheap("php"), clients: []client{{
		generator: "openapi-generator php",
		generate:  byOpenAPIGenerator("php", "client"),
		compile: func(w *workspace, dir string) *command {
			return w.command("load-php", dir, jobTimeout, "php", "load.php")
		},
		job: func(w *workspace, dir string) *command {
			return w.command("job-php", dir, jobTimeout, "php", "main.php")
		},
	}}},
	{name: "ruby", prepare: needsIfCheap("ruby"), clients: []client{{
		generator: "openapi-generator ruby",
		generate:  byOpenAPIGenerator("ruby", "client"),
		compile: func(w *workspace, dir string) *command {
			return w.command("load-ruby", dir, jobTimeout, "ruby", "-I", "client/lib", "load.rb")
		},
		job: func(w *workspace, dir string) *command {
			return w.command("job-ruby", dir, jobTimeout, "ruby", "-I", "client/lib", "main.rb")
		},
	}}},
	{name: "csharp", clients: []client{{generator: "openapi-generator csharp", generate: byOpenAPIGenerator("csharp", "client")}}},
	{name: "swift", clients: []client{{generator: "openapi-generator swift6", generate: byOpenAPIGenerator("swift6", "client")}}},
}

func needs(what string) func(context.Context, *workspace, string) error {
	return func(ctx context.Context, w *workspace, _ string) error { return w.need(ctx, ".ci/deps", what) }
}

func needsCargo(ctx context.Context, w *workspace, _ string) error {
	return w.need(ctx, depsScript, "rust")
}

// needsIfCheap installs an interpreter if that takes only seconds.
func needsIfCheap(what string) func(context.Context, *workspace, string) error {
	return func(ctx context.Context, w *workspace, _ string) error {
		if w.need(ctx, depsScript, what) != nil && ctx.Err() == nil {
			return errAbsent
		}
		return ctx.Err()
	}
}

func program(path string) func(*workspace, string) *command {
	return func(w *workspace, dir string) *command {
		return w.command("job-"+filepath.Base(path), dir, jobTimeout, filepath.Join(dir, path))
	}
}
