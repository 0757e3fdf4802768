package main

import (
	"io"
	"iter"
	"os"
	"reflect"
	"strings"
)

// secretFileSize is more than any secret has, in bytes.
const secretFileSize = 64 << 10

// settings are the fields of the configuration by the names of their variables.
func settings() iter.Seq2[string, reflect.StructField] {
	return func(yield func(string, reflect.StructField) bool) {
		for field := range reflect.TypeFor[config]().Fields() {
			if !yield(field.Tag.Get("env"), field) {
				return
			}
		}
	}
}

func isSecret(field reflect.StructField) bool { return field.Tag.Get("secret") == "true" }

// readSecretFiles sets the variables of secrets whose files are named by a
// variable of the same name with _FILE at its end.
func readSecretFiles(environment map[string]string, wrong problems) {
	for name, field := range settings() {
		path := environment[name+"_FILE"]
		if !isSecret(field) || path == "" {
			continue
		}
		wrong.unlessf(environment[name] == "", name+"_FILE", "is set, and so is %s: unset one of them", name)
		text, err := readSmall(path)
		wrong.unlessf(err == nil, name+"_FILE", "%v", err)
		wrong.unlessf(err != nil || text != "", name+"_FILE", "%s is empty", path)
		environment[name] = text
	}
}

func readSmall(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, secretFileSize))
	return strings.TrimSpace(string(text)), err
}
