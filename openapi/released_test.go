package openapi_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	oasload "github.com/oasdiff/oasdiff/load"
	"golang.org/x/mod/semver"

	"github.com/backlox/lox/openapi"
)

// deprecationDays is the minimum time between the deprecation of an operation and
// its removal. The document promises it under "Versions".
const deprecationDays = 180

// lastReleased returns the document of the last release, from which users generated
// their clients.
func lastReleased(t *testing.T) (version string, document []byte) {
	t.Helper()
	files, err := filepath.Glob("released/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no document was released", err)
	}
	last := slices.MaxFunc(files, func(a, b string) int { return semver.Compare(versionOf(a), versionOf(b)) })
	document, err = os.ReadFile(last)
	if err != nil {
		t.Fatal(err)
	}
	return versionOf(last), document
}

func versionOf(file string) string { return "v" + strings.TrimSuffix(filepath.Base(file), ".yaml") }

// changes lists the changes between two documents that have at least this level.
func changes(t *testing.T, from, to []byte, level checker.Level) []string {
	t.Helper()
	diffs, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), specOf(t, from), specOf(t, to))
	if err != nil {
		t.Fatal(err)
	}
	config := checker.NewConfig(checker.GetAllChecks())
	// Clients may read a field even if it is optional.
	config.LogLevels["response-optional-property-removed"] = checker.ERR
	config.MinSunsetBetaDays, config.MinSunsetStableDays = deprecationDays, deprecationDays
	var texts []string
	for _, c := range checker.CheckBackwardCompatibilityUntilLevel(config, diffs, sources, level) {
		texts = append(texts, strings.Join([]string{c.GetOperation(), c.GetPath(), c.GetUncolorizedText(checker.NewDefaultLocalizer())}, " "))
	}
	return texts
}

func specOf(t *testing.T, document []byte) *oasload.SpecInfo {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	return &oasload.SpecInfo{Spec: doc, Version: doc.Info.Version}
}

// No change since the last release may break a client.
func TestReleasedDocumentStaysCompatible(t *testing.T) {
	version, released := lastReleased(t)
	for _, change := range changes(t, released, openapi.YAML(), checker.WARN) {
		t.Errorf("since %s: %s", version, change)
	}
}

// A changed document must have another version.
func TestChangedDocumentHasNewVersion(t *testing.T) {
	version, released := lastReleased(t)
	doc, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := "v" + doc.Info.Version
	if semver.Compare(now, version) < 0 {
		t.Errorf("info.version is %s, and %s was released", now, version)
	}
	if now == version {
		published, err := os.ReadFile("../gen/document/openapi.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(published, released) {
			t.Errorf("released/%s.yaml isn't gen/document/openapi.yaml: copy it before the release, and raise info.version after it", doc.Info.Version)
		}
		for _, change := range changes(t, released, openapi.YAML(), checker.INFO) {
			t.Errorf("info.version is still %s, but: %s", now, change)
		}
	}
}

// The tests above must detect breaking changes.
func TestBreakingChangesAreDetected(t *testing.T) {
	_, released := lastReleased(t)
	for name, change := range map[string]struct{ old, new string }{
		"a path is removed":                  {"\n  /v1/storage/stats:\n", "\n  /v1/storage/statistics:\n"},
		"an operation has another method":    {"\n    patch:\n      operationId: updateTenant\n", "\n    put:\n      operationId: updateTenant\n"},
		"a field of an answer is renamed":    {"\n        checksum:\n          $ref: '#/components/schemas/Checksum'\n        created_at:", "\n        sha256:\n          $ref: '#/components/schemas/Checksum'\n        created_at:"},
		"a field of an answer may be absent": {"required: [backups, total, limit, offset]", "required: [backups, limit, offset]"},
		"a field of a request is required":   {"required: [part_number]\n      additionalProperties: false", "required: [part_number, checksum]\n      additionalProperties: false"},
		"a field of a request allows less":   {"maximum: 5368709120", "maximum: 1073741824"},
		"a filter has another value":         {"\n      enum: [pending, verifying, completed, failed]", "\n      enum: [pending, checking, completed, failed]"},
		"an answer has another status":       {"\n        '201':\n", "\n        '200':\n"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(string(released), change.old, change.new, 1)
			if changed == string(released) {
				t.Fatalf("the document has no %q", change.old)
			}
			found := changes(t, released, []byte(changed), checker.WARN)
			if len(found) == 0 {
				t.Error("not detected")
			}
			t.Log(found)
		})
	}
}
