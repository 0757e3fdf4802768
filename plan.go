package lox

import (
	"fmt"
	"slices"
	"strings"
)

// Plan is a tenant's tariff. It sets the storage quota and the rate limits.
type Plan string

// The plans of the API document.
const (
	PlanFree       Plan = "free"
	PlanSolo       Plan = "solo"
	PlanPro        Plan = "pro"
	PlanBusiness   Plan = "business"
	PlanEnterprise Plan = "enterprise"
)

const gib = 1 << 30

var plans = []Plan{PlanFree, PlanSolo, PlanPro, PlanBusiness, PlanEnterprise}

// ParsePlan reads a plan's name, in any case.
func ParsePlan(name string) (Plan, error) {
	p := Plan(strings.ToLower(name))
	if !slices.Contains(plans, p) {
		return "", fmt.Errorf("plan %q: want one of %v", name, plans)
	}
	return p, nil
}

// QuotaBytes returns the storage quota of the plan, in bytes.
func (p Plan) QuotaBytes() int64 {
	switch p {
	case PlanSolo:
		return 50 * gib
	case PlanPro:
		return 250 * gib
	case PlanBusiness:
		return 1024 * gib
	case PlanEnterprise:
		return 10 * 1024 * gib
	default:
		return 5 * gib
	}
}
