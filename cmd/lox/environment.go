package main

import (
	"cmp"
	"io"
	"iter"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// secretFileSize is more than any secret has, in bytes.
const secretFileSize = 64 << 10

// settings are the fields of the configuration by the names of their variables, without those
// that commands set.
func settings() iter.Seq2[string, reflect.StructField] {
	return func(yield func(string, reflect.StructField) bool) {
		for field := range reflect.TypeFor[config]().Fields() {
			if name := field.Tag.Get("env"); name != "" && !yield(name, field) {
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

// prefix is that of all variables of LOX.
const prefix = "LOX_"

// clientVariables are those of the client's commands, each with a right value.
var clientVariables = map[string]string{
	"LOX_URL": "https://backups.example.com", "LOX_API_KEY": "KEY", "LOX_API_KEY_FILE": "/run/secrets/lox-api-key",
	"LOX_IDENTITY_FILE": "/run/secrets/lox-identity", "LOX_RECIPIENTS_FILE": "/etc/lox/recipients",
}

// formerVariable is one of an earlier version, which the log tells of.
const formerVariable = "LOX_S3_ADDR"

// commonMistakes are names that other programs use for variables of LOX.
var commonMistakes = map[string]string{
	"LOX_PORT": "LOX_ADDR", "LOX_HOST": "LOX_ADDR", "LOX_BIND": "LOX_ADDR", "LOX_LISTEN": "LOX_ADDR", "LOX_LISTEN_ADDR": "LOX_ADDR",
	"LOX_DSN": "LOX_DATABASE_URL", "LOX_DIR": "LOX_DATA_DIR", "LOX_DEBUG": "LOX_LOG_LEVEL",
}

// serviceLinks are the variables that Kubernetes sets in every container for a
// service with a name such as lox or lox-metrics.
var (
	serviceLinks = regexp.MustCompile(`^LOX_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$`)
	servicePort  = regexp.MustCompile(`^LOX_(\w+_)?PORT=(tcp|udp|sctp)://`)
)

// refuseUnknown finds variables that nothing reads: what is misspelt would
// otherwise silently have no effect.
func refuseUnknown(environment map[string]string, wrong problems) {
	known := []string{formerVariable}
	examples := maps.Clone(clientVariables)
	for name, field := range settings() {
		examples[name] = example(field)
		if isSecret(field) {
			known = append(known, name+"_FILE")
		}
	}
	for name, value := range environment {
		_, isSetting := examples[name]
		if !strings.HasPrefix(name, prefix) || isSetting || slices.Contains(known, name) ||
			serviceLinks.MatchString(name) || servicePort.MatchString(name+"="+value) {
			continue
		}
		nearest, ok := commonMistakes[name]
		if !ok {
			nearest = nearestName(name, slices.Sorted(maps.Keys(examples)))
		}
		wrong.unlessf(false, name, "there is no such variable: unset it, or did you mean %s, such as %s=%s?", nearest, nearest, examples[nearest])
	}
}

// checkNames is the check of names alone, for commands of the client: those of the server
// also check the values.
func checkNames() error {
	wrong, environment := problems{}, env.ToMap(os.Environ())
	refuseUnknown(environment, wrong)
	return wrong.err(environment)
}

// embeddedServer is where a server that is configured as this process is listens and keeps
// its data.
func embeddedServer() (addr, dataDir string) {
	of := map[string]string{}
	for name, field := range settings() {
		of[name] = cmp.Or(os.Getenv(name), field.Tag.Get("envDefault"))
	}
	return of["LOX_ADDR"], of["LOX_DATA_DIR"]
}

// longestName is how much of a name is compared.
const longestName = 64

// nearestName is the one of names with the least edit distance.
func nearestName(name string, names []string) string {
	name = name[:min(len(name), longestName)]
	return slices.MinFunc(names, func(a, b string) int { return editDistance(name, a) - editDistance(name, b) })
}

// editDistance is how many characters must be inserted, removed or replaced
// (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
