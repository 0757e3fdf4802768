package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// pinFile has the digest and the name of openapi-generator's jar, which also generates LOX's Java client.
const pinFile = "openapi/codegen/java/generator.sha256"

// fetchOpenAPIGenerator sets the path of the jar. Maven downloads the jar if it is missing.
func (w *workspace) fetchOpenAPIGenerator(ctx context.Context) error {
	pin, err := os.ReadFile(pinFile)
	if err != nil {
		return err
	}
	digest, name, found := strings.Cut(strings.TrimSpace(string(pin)), "  ")
	if !found {
		return fmt.Errorf("%s: no digest and name", pinFile)
	}
	w.jar = filepath.Join(w.dir, name)
	if sameDigest(w.jar, digest) {
		return nil
	}
	if err := w.need(ctx, ".ci/deps", "java"); err != nil {
		return err
	}
	version := strings.TrimSuffix(strings.TrimPrefix(name, "openapi-generator-cli-"), ".jar")
	if err := w.command("openapi-generator", w.dir, compileTimeout, "mvn", "--quiet", "--batch-mode",
		"org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
		"-Dartifact=org.openapitools:openapi-generator-cli:"+version, "-DoutputDirectory="+w.dir).run(ctx); err != nil {
		return err
	}
	if !sameDigest(w.jar, digest) {
		return fmt.Errorf("%s doesn't have the digest in %s", name, pinFile)
	}
	return nil
}

func sameDigest(path, digest string) bool {
	content, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]) == digest
}

// openAPIGenerator returns a command line of openapi-generator, with messages in English. It runs for a few seconds only, so
// without the JVM's optimizing compiler it uses half the processor time.
func (w *workspace) openAPIGenerator(args ...string) []string {
	return append([]string{
		"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
		"-Dfile.encoding=UTF-8", "-Duser.language=en", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-jar", w.jar,
	}, args...)
}

// byOpenAPIGenerator returns a command that generates a client into the folder target. The options only set names.
func byOpenAPIGenerator(generator, target string, options ...string) func(*workspace, string) *command {
	return func(w *workspace, dir string) *command {
		args := w.openAPIGenerator("generate", "--input-spec", w.document, "--generator-name", generator,
			"--output", filepath.Join(dir, target), "--global-property", "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false")
		if len(options) > 0 {
			args = append(args, "--additional-properties", strings.Join(options, ","))
		}
		return w.command("generate-"+generator, dir, generateTimeout, args...).removing(filepath.Join(dir, target))
	}
}
