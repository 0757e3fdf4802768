package server

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// probeTimeout bounds each question of /readyz.
const probeTimeout = 2 * time.Second

// registerOperational serves what needs no key: the probes, the document, and
// a page to read it and try it out.
func registerOperational(e headToo, cfg Config) {
	e.GET("/healthz", func(c echo.Context) error {
		return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
	})
	e.GET("/readyz", readiness(cfg.Probes))
	registerDocs(e, append(cfg.StorageOrigins, originsOf(cfg.PublicURL)...)...)
	registerDocument(e, cfg.Source)
	e.GET("/", func(c echo.Context) error { return c.Redirect(http.StatusFound, "docs") })
}

// readiness asks every part that requests depend on, and answers 503 with what
// is wrong if one of them is away.
func readiness(probes map[string]Probe) echo.HandlerFunc {
	return func(c echo.Context) error {
		status, answer := http.StatusOK, map[string]string{}
		for name, probe := range probes {
			answer[name] = "ok"
			if err := ask(c.Request().Context(), probe); err != nil {
				status, answer[name] = http.StatusServiceUnavailable, "unavailable"
			}
		}
		return c.JSON(status, answer)
	}
}

func ask(ctx context.Context, probe Probe) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	return probe.Ping(ctx)
}
