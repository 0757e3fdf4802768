package lox_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// contributorPages are the pages for contributors.
var contributorPages = []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/adding-an-endpoint.md"}

func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// Links in the pages for contributors must lead to existing files.
func TestPageLinksExist(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^):#]+)(#[^)]*)?\)`)
	for _, name := range contributorPages {
		links := link.FindAllStringSubmatch(page(t, name), -1)
		require.NotEmpty(t, links, name)
		for _, l := range links {
			_, err := os.Stat(filepath.Join(filepath.Dir(name), l[1]))
			assert.NoError(t, err, name)
		}
	}
}

// A page must not name tests that don't exist: go test succeeds if -run matches nothing, so nobody
// would see it.
func TestNamedTestsExist(t *testing.T) {
	t.Parallel()
	command := regexp.MustCompile(`go test \./(\S+) .*-run '?([\w|]+)`)
	named := 0
	for _, name := range contributorPages {
		for _, c := range command.FindAllStringSubmatch(page(t, name), -1) {
			files, err := filepath.Glob(c[1] + "/*_test.go")
			require.NoError(t, err)
			var tests strings.Builder
			for _, file := range files {
				tests.WriteString(page(t, file))
			}
			for part := range strings.SplitSeq(c[2], "|") {
				test := regexp.MustCompile(`\nfunc Test\w*` + strings.TrimPrefix(part, "Test") + `\w*\(`)
				assert.True(t, test.MatchString(tests.String()), "%s: ./%s has no test %s", name, c[1], part)
				named++
			}
		}
	}
	assert.Greater(t, named, 5)
}
