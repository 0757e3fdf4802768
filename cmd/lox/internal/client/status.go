package client

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

func (p *program) statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show what is stored, and what is left of quota and limits",
		Long: `Show whose the API key is, how much of the quota is used, how many backups
there are, when the newest was made, and how many requests are left. For
uploads and downloads only the limits are shown.`,
		Example: `  lox status
  lox status --json | jq .storage.used_percentage`,
		Args: cobra.NoArgs,
		RunE: p.run(func(ctx context.Context, s *session, _ []string) error {
			st, err := s.status(ctx)
			if err != nil {
				return err
			}
			if s.asJSON {
				raw, err := json.Marshal(st.json)
				if err != nil {
					return err
				}
				return s.printJSON(raw)
			}
			return s.print(st.text(s.now()))
		}),
	}
	jsonFlag(cmd, `{"url", "tenant", "storage", "stats", "api_calls_left"}`)
	return cmd
}

// statusJSON combines the API's responses for lox status --json.
type statusJSON struct {
	URL     string          `json:"url"`
	Tenant  json.RawMessage `json:"tenant"`
	Storage json.RawMessage `json:"storage"`
	Stats   json.RawMessage `json:"stats"`
	Left    *requestsLeft   `json:"api_calls_left,omitempty"`
}

// requestsLeft is how many API calls may still be made.
type requestsLeft struct {
	Minute int64 `json:"minute"`
	Hour   int64 `json:"hour"`
}

type statusOf struct {
	json    statusJSON
	tenant  api.Tenant
	storage api.Storage
	stats   api.StorageStats
}

func (s *session) status(ctx context.Context) (st statusOf, err error) {
	st.json.URL = s.via.url
	if st.tenant, st.json.Tenant, err = read[api.Tenant](s.api.GetTenant(ctx)); err != nil {
		return st, err
	}
	if st.storage, st.json.Storage, err = read[api.Storage](s.api.GetStorage(ctx)); err != nil {
		return st, err
	}
	if st.stats, st.json.Stats, err = read[api.StorageStats](s.api.GetStorageStats(ctx)); err != nil {
		return st, err
	}
	st.json.Left = readLeft(s.via.header)
	return st, nil
}

// readLeft reads the headers of a response. It returns nil if they are missing or malformed.
func readLeft(h http.Header) *requestsLeft {
	minute, err1 := strconv.ParseInt(h.Get("X-RateLimit-Remaining"), 10, 64)
	hour, err2 := strconv.ParseInt(h.Get("X-RateLimit-Remaining-Hour"), 10, 64)
	if err1 != nil || err2 != nil {
		return nil
	}
	return &requestsLeft{minute, hour}
}

func (st statusOf) text(now time.Time) string {
	state := display.Visible(string(st.tenant.Plan)) + " plan"
	if st.tenant.Status != api.TenantStatusActive {
		state += ", " + display.Visible(string(st.tenant.Status))
	}
	return columns(
		[]string{"Server", st.json.URL},
		[]string{"Tenant", display.Visible(st.tenant.Name) + ", " + state},
		[]string{"ID", st.tenant.ID},
	) + "\n" + st.storageText(now) + "\n" + st.countsText() + "\n" + st.limitsText()
}

func (st statusOf) storageText(now time.Time) string {
	u := st.storage
	rows := [][]string{
		{"Used", fmt.Sprintf("%s %g %%", bar(u.UsedPercentage), math.Round(u.UsedPercentage*10)/10)},
		{"", fmt.Sprintf("%s of %s", display.Size(u.UsedBytes), display.Size(u.QuotaBytes))},
	}
	if u.ReservedBytes > 0 {
		rows = append(rows, []string{"Reserved", display.Size(u.ReservedBytes) + " by uploads that are not complete"})
	}
	rows = append(rows, []string{"Left", display.Size(u.QuotaBytes - u.UsedBytes - u.ReservedBytes)})
	if at := st.stats.ProjectedFullAt; at != nil {
		rows = append(rows, []string{"Full", at.UTC().Format(time.DateOnly) + " at the present rate, " + ago(*at, now)})
	}
	newest := "none"
	if u.NewestBackup != nil {
		newest = timestampAgo(*u.NewestBackup, now)
	}
	rows = append(rows, []string{"Newest", newest})
	var text strings.Builder
	display.Columns(&text, rows)
	return text.String()
}

// bar draws a percentage as a bar of 50 columns.
func bar(percentage float64) string {
	const cells = 50
	full := int(min(max(percentage, 0), 100) * cells / 100)
	return "[" + strings.Repeat("#", full) + strings.Repeat("-", cells-full) + "]"
}

func (st statusOf) countsText() string {
	by := st.stats.ByStatus
	row := func(name string, c api.StorageCount) []string {
		return []string{"  " + name, humanize.Comma(c.Count), display.Size(c.Bytes)}
	}
	var text strings.Builder
	display.Columns(&text, [][]string{
		{"Backups", "count", "size"},
		row("completed", by.Completed), row("verifying", by.Verifying), row("pending", by.Pending), row("failed", by.Failed),
	}, 1, 2)
	return text.String()
}

func (st statusOf) limitsText() string {
	l := st.tenant.Limits
	row := func(name string, of api.ClassLimits, left *requestsLeft) []string {
		minute, hour := "", ""
		if left != nil {
			minute, hour = humanize.Comma(left.Minute), humanize.Comma(left.Hour)
		}
		return []string{"  " + name, humanize.Comma(of.PerMinute), minute, humanize.Comma(of.PerHour), hour}
	}
	var text strings.Builder
	display.Columns(&text, [][]string{
		{"Limits", "a minute", "left", "an hour", "left"},
		row("API calls", l.APICalls, st.json.Left), row("Uploads", l.Uploads, nil), row("Downloads", l.Downloads, nil),
	}, 1, 2, 3, 4)
	return text.String()
}
