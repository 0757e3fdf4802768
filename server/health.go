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
	// probeTimeout bounds each Ping of a check.
	probeTimeout = 2 * time.Second
	// healthInterval is the time between two checks of Run.
	healthInterval = 15 * time.Second
	// failureLogPause is the time between two log lines while a part is down.
	failureLogPause = time.Minute
)

// Probe is a part that the server depends on, such as the database.
type Probe interface {
	// Ping returns an error if the part can't be used. Only the log shows the error.
	Ping(ctx context.Context) error
}

// HealthConfig says what a server depends on.
type HealthConfig struct {
	// Parts are the probes by the names that /readyz shows.
	Parts map[string]Probe
	// Requires names the parts without which the server isn't ready. A name that isn't in Parts is ignored.
	Requires []string
	Log      *slog.Logger
	// Metrics, if not nil, gets lox_dependency_up.
	Metrics prometheus.Registerer
	Clock   func() time.Time // default time.Now
}

// Health pings the parts, and keeps the results for the log and the metrics. It is safe for concurrent use.
type Health struct {
	cfg HealthConfig
	up  *prometheus.GaugeVec

	mu       sync.Mutex
	failing  map[string]outage
	stopping bool
}

// outage is since when a part has been down, and when that was last logged.
type outage struct{ since, logged time.Time }

// NewHealth returns a Health that has made no check yet.
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

// Run checks the parts every 15 seconds until ctx ends.
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

// Stop makes /readyz answer 503 from now on: the server is about to stop, and load balancers should send it
// no more requests.
func (h *Health) Stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopping = true
}

// Check pings all parts at the same time. It returns "ok" or "unavailable" for each part. ready is false if
// a required part is unavailable, or if the server is about to stop.
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
		if ctx.Err() == nil { // otherwise the caller's end made the Ping fail
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

// note logs when a part goes down or comes back, and once a minute in between.
func (h *Health) note(ctx context.Context, part string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.cfg.Clock()
	o, failing := h.failing[part]
	if err == nil {
		h.up.WithLabelValues(part).Set(1)
		if failing {
			delete(h.failing, part)
			h.cfg.Log.InfoContext(ctx, "a dependency is available again", "part", part, "after", now.Sub(o.since).Round(time.Second).String())
		}
		return
	}
	h.up.WithLabelValues(part).Set(0)
	if !failing {
		o.since = now
	}
	if now.Sub(o.logged) >= failureLogPause {
		o.logged = now
		h.cfg.Log.WarnContext(ctx, "a dependency is unavailable", "part", part,
			"required", slices.Contains(h.cfg.Requires, part), "for", now.Sub(o.since).Round(time.Second).String(), "error", err)
	}
	h.failing[part] = o
}

// readiness answers 503 if a required part is down, or if the server is about to stop. Only the log has the
// reason.
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
