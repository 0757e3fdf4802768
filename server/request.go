package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
)

// maxRequestID is the maximum length of a request id that a client or a proxy sends.
const maxRequestID = 64

// idOf returns the id of a request: its X-Request-Id header if that is fit for a log, otherwise a new one.
func idOf(r *http.Request) string {
	id := r.Header.Get(echo.HeaderXRequestID)
	if id == "" || len(id) > maxRequestID || strings.IndexFunc(id, unfitForLog) >= 0 {
		id = uuid.Must(uuid.NewV7()).String()
	}
	return id
}

func unfitForLog(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"\`, r) }

// observation is what the middleware records about a request.
type observation struct {
	id        string
	op        *operation    // nil if the request matches none
	client    string        // the address that the request comes from
	reached   address       // the address that the request was sent to
	principal lox.Principal // without a tenant until the key was checked
	// objects are the object parameters of the query, by their names.
	objects map[string]map[string]string
	// counted means that a limit has decided on the request. charge is what the request counts as so far.
	counted bool
	charge  *charge
	// replayOnly means that a create may only return the backup that an earlier request made.
	replayOnly bool
}

type observationKey struct{}

// observed returns the observation of the request. Strict handlers see only the context of the request, and
// nothing else of Echo's.
func observed(ctx context.Context) *observation {
	o, _ := ctx.Value(observationKey{}).(*observation)
	return o
}

// metrics counts requests and how long they took, by operation.
type metrics struct {
	duration *prometheus.HistogramVec
	// known are the observers of the series so far: a look-up in the vector takes several times as long.
	known sync.Map
}

// series is the labels of one histogram.
type series struct {
	method, route string
	status        int
}

func newMetrics(registry prometheus.Registerer) *metrics {
	m := &metrics{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "lox_http_request_duration_seconds",
			Help:    "How long requests took, by route and status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route", "status"}),
	}
	if registry != nil {
		registry.MustRegister(m.duration)
	}
	return m
}

// observe bounds the time of a request, and writes the access log and the metrics. It runs the error
// handler, so that log and metrics have the status that was sent, or statusClientClosed.
func observe(log *slog.Logger, m *metrics, ops operations, timeout time.Duration) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			r := c.Request()
			notes := &observation{id: c.Response().Header().Get(echo.HeaderXRequestID), op: ops.of(c), client: c.RealIP(), reached: reachedBy(r)}
			// One context, and so one copy of the request, holds all of these values.
			ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), observationKey{}, notes), timeout)
			defer cancel()
			c.SetRequest(r.WithContext(ctx))
			err := next(c)
			if err != nil {
				c.Error(err)
			}
			took := time.Since(start)
			status := c.Response().Status
			if errors.Is(err, context.Canceled) {
				status = unlessClientClosed(r, status)
			}
			m.record(seriesOf(c, notes, status), took)
			logRequest(log, served{
				request: r, id: notes.id, client: notes.client, tenant: notes.principal.Tenant, key: notes.principal.Key,
				status: status, bytes: sentBytes(c), ended: start.Add(took), took: took, err: err,
			})
			return nil
		}
	}
}

// statusClientClosed is the status in the access log and the metrics if the client closed the connection
// before the answer. nginx uses the same number. It is never sent.
const statusClientClosed = 499

// unlessClientClosed returns the status of a request that failed because its context ended:
// statusClientClosed in place of a 5xx if the client ended the request, otherwise the status that was sent.
// r is the request as net/http made it: its context has no timeout of this server.
func unlessClientClosed(r *http.Request, sent int) int {
	if sent >= http.StatusInternalServerError && r.Context().Err() != nil {
		return statusClientClosed
	}
	return sent
}

// sentBytes returns the size of the body that was sent.
func sentBytes(c echo.Context) int64 {
	if c.Request().Method == http.MethodHead {
		return 0
	}
	return c.Response().Size
}

func seriesOf(c echo.Context, notes *observation, status int) series {
	// A client can make up methods and paths, and gets a refusal before they are checked. Neither may
	// create new series.
	reads := c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead
	if notes.op == nil && (!reads || inAPI(c) || c.Path() == "") {
		return series{"other", "none", status}
	}
	return series{c.Request().Method, c.Path(), status}
}

func (m *metrics) record(of series, took time.Duration) {
	known, ok := m.known.Load(of)
	if !ok {
		known, _ = m.known.LoadOrStore(of, m.duration.WithLabelValues(of.method, of.route, strconv.Itoa(of.status)))
	}
	known.(prometheus.Observer).Observe(took.Seconds()) //nolint:forcetypeassert // see above
}

// served is an answered request, as the access log shows it.
type served struct {
	request    *http.Request
	id, client string
	tenant     lox.TenantID
	key        lox.KeyID
	status     int
	bytes      int64 // of the answer's body
	ended      time.Time
	took       time.Duration
	err        error
}

func logRequest(log *slog.Logger, s served) {
	ctx := s.request.Context()
	level := slog.LevelInfo
	if s.status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	if !log.Enabled(ctx, level) {
		return
	}
	const most = 10
	attrs := append(make([]slog.Attr, 0, most),
		slog.String("request_id", s.id),
		slog.String("method", s.request.Method),
		slog.String("path", s.request.URL.Path),
		slog.Int("status", s.status),
		slog.Int64("bytes", s.bytes),
		slog.Float64("duration_ms", float64(s.took.Microseconds())/1000),
		slog.String("client", s.client),
	)
	if s.tenant != (lox.TenantID{}) {
		attrs = append(attrs, slog.String("tenant", s.tenant.String()))
	}
	if s.key != (lox.KeyID{}) {
		attrs = append(attrs, slog.String("key", s.key.String()))
	}
	if s.err != nil {
		attrs = append(attrs, slog.String("error", s.err.Error()))
	}
	// LogAttrs would look up the caller on the stack, which the log doesn't show.
	record := slog.NewRecord(s.ended, level, "request", 0)
	record.AddAttrs(attrs...)
	_ = log.Handler().Handle(ctx, record) // LogAttrs ignores this error, too
}

// logPanic logs the stack of a panic. The client gets an internal error.
func logPanic(log *slog.Logger) middleware.LogErrorFunc {
	return func(c echo.Context, err error, stack []byte) error {
		log.ErrorContext(c.Request().Context(), "panic", "error", err, "stack", string(stack))
		return err
	}
}
