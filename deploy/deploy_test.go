// Package deploy_test checks the files for operators that no compiler reads.
package deploy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	metric = regexp.MustCompile(`\blox_[a-z0-9_]+`)
	// Prometheus has these of each histogram.
	ofHistogram = regexp.MustCompile(`_(bucket|count|sum)$`)
)

// TestMetricsAreDocumented finds each metric that alerts and dashboard use in the list of all, of
// which a test of the server sees to it that it is right.
func TestMetricsAreDocumented(t *testing.T) {
	t.Parallel()
	documented := metric.FindAllString(read(t, "../docs/metrics.md"), -1)
	for _, file := range []string{"prometheus/alerts.yml", "prometheus/alerts.test.yml", "grafana/lox.json"} {
		used := metric.FindAllString(read(t, file), -1)
		assert.NotEmpty(t, used, file)
		for _, name := range used {
			assert.True(t, slices.Contains(documented, name) || slices.Contains(documented, ofHistogram.ReplaceAllString(name, "")),
				"%s uses %s", file, name)
		}
	}
}

// TestAlerts has promtool try every alert on series that it must fire for, and on others.
func TestAlerts(t *testing.T) {
	t.Parallel()
	promtool(t, "check", "config", "prometheus/prometheus.yml")
	promtool(t, "test", "rules", "prometheus/alerts.test.yml")
}

// TestDashboard has promtool parse every expression of the dashboard, as the rule of a file.
func TestDashboard(t *testing.T) {
	t.Parallel()
	var dashboard struct {
		Panels []struct {
			Title   string `json:"title"`
			Targets []struct {
				Expr string `json:"expr"`
			} `json:"targets"`
		} `json:"panels"`
	}
	require.NoError(t, json.Unmarshal([]byte(read(t, "grafana/lox.json")), &dashboard))
	variables := strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*")
	var rules strings.Builder
	n := 0
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			n++
			fmt.Fprintf(&rules, "      - {record: 'panel:%d', expr: %q}\n", n, variables.Replace(target.Expr))
		}
	}
	require.Greater(t, n, 20)
	file := filepath.Join(t.TempDir(), "rules.yml")
	require.NoError(t, os.WriteFile(file, []byte("groups:\n  - name: dashboard\n    rules:\n"+rules.String()), 0o600))
	promtool(t, "check", "rules", file)
}

func promtool(t *testing.T, args ...string) {
	t.Helper()
	tool, err := filepath.Abs("../.cache/bin/promtool")
	require.NoError(t, err)
	if _, err := os.Stat(tool); err != nil {
		const missing = "there is no promtool: get it by .ci/deps prometheus"
		if os.Getenv("CI") == "true" {
			require.FailNow(t, missing)
		}
		t.Skip(missing)
	}
	out, err := exec.CommandContext(t.Context(), tool, args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}
