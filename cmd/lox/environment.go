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

// secretFileSize is an upper bound for the size of a secret, in bytes.
const secretFileSize = 64 << 10

// settings yields the fields of the configuration by the names of their variables, without the fields that
// commands set.
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

// readSecretFiles sets the variables of secrets from files. A variable of the same name with _FILE at its
// end names the file.
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

// prefix begins the names of all variables of LOX.
const prefix = "LOX_"

// clientVariables are the variables of the client's commands, each with an example value.
var clientVariables = map[string]string{
	"LOX_URL": "https://backups.example.com", "LOX_API_KEY": "KEY", "LOX_API_KEY_FILE": "/run/secrets/lox-api-key",
	"LOX_IDENTITY_FILE": "/run/secrets/lox-identity", "LOX_RECIPIENTS_FILE": "/etc/lox/recipients",
}

// formerVariable is a variable of an earlier version. It has no effect, and the server logs that.
const formerVariable = "LOX_S3_ADDR"

// commonMistakes maps names that other programs use to the variables of LOX.
var commonMistakes = map[string]string{
	"LOX_PORT": "LOX_ADDR", "LOX_HOST": "LOX_ADDR", "LOX_BIND": "LOX_ADDR", "LOX_LISTEN": "LOX_ADDR", "LOX_LISTEN_ADDR": "LOX_ADDR",
	"LOX_DSN": "LOX_DATABASE_URL", "LOX_DIR": "LOX_DATA_DIR", "LOX_DEBUG": "LOX_LOG_LEVEL",
}

// serviceLinks and servicePort match the variables that Kubernetes sets in every container for a service
// with a name such as lox or lox-metrics.
var (
	serviceLinks = regexp.MustCompile(`^LOX_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$`)
	servicePort  = regexp.MustCompile(`^LOX_(\w+_)?PORT=(tcp|udp|sctp)://`)
)

// refuseUnknown finds variables that nothing reads: a misspelt variable would otherwise silently have no
// effect.
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

// checkNames checks only the names of variables, for commands of the client. Commands of the server also
// check the values.
func checkNames() error {
	wrong, environment := problems{}, env.ToMap(os.Environ())
	refuseUnknown(environment, wrong)
	return wrong.err(environment)
}

// embeddedServer returns where a server with the environment of this process listens, and its data
// directory.
func embeddedServer() (addr, dataDir string) {
	of := map[string]string{}
	for name, field := range settings() {
		of[name] = cmp.Or(os.Getenv(name), field.Tag.Get("envDefault"))
	}
	return of["LOX_ADDR"], of["LOX_DATA_DIR"]
}

// longestName is how many bytes of a name are compared.
const longestName = 64

// nearestName returns the element of names with the least edit distance.
func nearestName(name string, names []string) string {
	name = name[:min(len(name), longestName)]
	return slices.MinFunc(names, func(a, b string) int { return editDistance(name, a) - editDistance(name, b) })
}

// editDistance returns how many characters must be inserted, removed or replaced (Levenshtein).
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
