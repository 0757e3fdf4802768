package server

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	// probeTimeout bounds each question of a check.
	probeTimeout = 2 * time.Second
	// healthInterval is the time between two checks that nobody asked for.
	healthInterval = 15 * time.Second
	// failureLogPause is the time between two lines of the log while a part is away.
	failureLogPause = time.Minute
)

// Probe is a part that the server depends on.
type Probe interface {
	// Ping returns why the part can't be used, for the log alone.
	Ping(ctx context.Context) error
}

// HealthConfig says what a server depends on.
type HealthConfig struct {
	// Parts by the names under which /readyz shows them.
	Parts map[string]Probe
	// Requires names the parts without which the server isn't ready. What isn't among Parts
	// counts as there.
	Requires []string
	Log      *slog.Logger
	// Metrics, if not nil, gets lox_dependency_up.
	Metrics prometheus.Registerer
	Clock   func() time.Time // default time.Now
}

// Health asks the parts how they are, and keeps what they said for the log and the
// metrics. It is safe for concurrent use.
type Health struct {
	cfg HealthConfig
	up  *prometheus.GaugeVec

	mu       sync.Mutex
	failing  map[string]outage
	stopping bool
}

// outage is how long a part has been away.
type outage struct{ since, logged time.Time }

// NewHealth returns a Health that has asked nobody yet.
func NewHealth(cfg HealthConfig) *Health {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	h := &Health{cfg: cfg, failing: map[string]outage{}, up: prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "lox_dependency_up",
		Help: "1 if a part that the server depends on answered the latest check, else 0.",
	}, []string{"part"})}
	if cfg.Metrics != nil {
		cfg.Metrics.MustRegister(h.up)
	}
	return h
}

// Run checks the parts now and then until ctx ends.
func (h *Health) Run(ctx context.Context) {
	tick := time.NewTicker(healthInterval)
	defer tick.Stop()
	for {
		h.Check(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Stop has /readyz say 503 from now on: the server is about to stop, and no more requests
// should be sent to it.
func (h *Health) Stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopping = true
}

// Check asks all parts at once. It returns "ok" or "unavailable" of each, and whether the
// server is of use without those that are away.
func (h *Health) Check(ctx context.Context) (ready bool, parts map[string]string) {
	type answer struct {
		name string
		err  error
	}
	answers := make(chan answer, len(h.cfg.Parts))
	for name, probe := range h.cfg.Parts {
		go func() { answers <- answer{name, ask(ctx, probe)} }()
	}
	ready, parts = true, map[string]string{}
	for range h.cfg.Parts {
		a := <-answers
		parts[a.name] = "ok"
		if a.err != nil {
			parts[a.name] = "unavailable"
			ready = ready && !slices.Contains(h.cfg.Requires, a.name)
		}
		if ctx.Err() == nil { // else nobody waited for the answer
			h.note(ctx, a.name, a.err)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopping {
		ready, parts["server"] = false, "stopping"
	}
	return ready, parts
}

func ask(ctx context.Context, probe Probe) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	return probe.Ping(ctx)
}

// note writes to the log when a part goes away or comes back, and now and then in
// between.
func (h *Health) note(ctx context.Context, part string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.cfg.Clock()
	o, failing := h.failing[part]
	if err == nil {
		h.up.WithLabelValues(part).Set(1)
		if failing {
			delete(h.failing, part)
			h.cfg.Log.InfoContext(ctx, "a part that was away is back", "part", part, "after", now.Sub(o.since).Round(time.Second).String())
		}
		return
	}
	h.up.WithLabelValues(part).Set(0)
	if !failing {
		o.since = now
	}
	if now.Sub(o.logged) >= failureLogPause {
		o.logged = now
		h.cfg.Log.WarnContext(ctx, "a part that the server depends on is away", "part", part,
			"required", slices.Contains(h.cfg.Requires, part), "for", now.Sub(o.since).Round(time.Second).String(), "error", err)
	}
	h.failing[part] = o
}

// readiness answers 503 if a part that is required is away, or if the server is about to
// stop. Why is in the log.
func readiness(h *Health) echo.HandlerFunc {
	return func(c echo.Context) error {
		ready, parts := h.Check(c.Request().Context())
		status := http.StatusOK
		if !ready {
			status = http.StatusServiceUnavailable
		}
		return c.JSON(status, parts)
	}
}
