package server

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// registerOperational serves the endpoints that need no key: the probes, the document, the reference page,
// and security.txt.
func registerOperational(e headToo, cfg Config) {
	e.GET("/healthz", func(c echo.Context) error {
		return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
	})
	e.GET("/readyz", readiness(cfg.Health))
	registerDocs(e, append(cfg.StorageOrigins, originsOf(cfg.PublicURL)...)...)
	registerDocument(e, cfg.Source)
	registerSecurityTxt(e, cfg)
	e.GET("/", func(c echo.Context) error { return c.Redirect(http.StatusFound, "docs") })
}
