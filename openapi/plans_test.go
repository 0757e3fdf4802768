package openapi_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/backlox/lox"
)

// The guide's table of limits has the limits that the server enforces.
func TestPlanTable(t *testing.T) {
	doc, err := load()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(doc.Tags.Get("Rate limits").Description), " ")
	for name, plan := range map[string]lox.Plan{
		"Free": lox.PlanFree, "Solo": lox.PlanSolo, "Pro": lox.PlanPro, "Business": lox.PlanBusiness, "Enterprise": lox.PlanEnterprise,
	} {
		row := "| " + name + " |"
		for _, class := range []lox.RateClass{lox.RateAPICalls, lox.RateUploads, lox.RateDownloads} {
			limit := plan.RateLimit(class)
			row += fmt.Sprintf(" %s / %s |", thousands(limit.PerMinute), thousands(limit.PerHour))
		}
		if !strings.Contains(text, row) {
			t.Errorf("the guide doesn't have the row %s", row)
		}
	}
}

func thousands(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
