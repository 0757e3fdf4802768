package s3embed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/valyala/fasthttp"
	"github.com/versity/versitygw/auth"
	vgwbackend "github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api"
	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3err"
)

const (
	maxConnections = 8192
	maxRequests    = 4096
	// maxParts is the number of parts that S3 allows in a multipart upload.
	maxParts = 10_000
	// headerBytes is what versitygw allows a request's header.
	headerBytes = 8 << 10
	// chunked is what fasthttp calls the length of a body that states none.
	chunked = -1
	// bootTimeout is generous: starting takes a few milliseconds.
	bootTimeout = 10 * time.Second
)

// newFrontEnd builds versitygw's S3 API over be and returns it as an HTTP
// server that is not listening yet.
//
// versitygw keeps its fiber app to itself and opens its own listeners, whose
// port 0 can't be asked back, whose connections may stall for ever, and which
// reset a connection that still sends. The app is only seen by a handler, in a
// request; so the API is served for one request on a socket that nobody else
// knows, and a middleware hands out the app.
func newFrontEnd(ctx context.Context, cfg Config, be vgwbackend.Backend) (*fasthttp.Server, error) {
	apps := make(chan *fiber.App, 1)
	var once sync.Once
	catch := func(c fiber.Ctx) error {
		once.Do(func() { apps <- c.App() })
		if c.Request().Header.ContentLength() == chunked {
			// versitygw refuses it without reading the body, which would
			// then be taken for the next request on this connection.
			c.Response().Header.SetConnectionClose()
		}
		return c.Next()
	}
	listening := make(chan struct{})
	root := auth.Account{Access: cfg.AccessKey, Secret: cfg.SecretKey, Role: auth.RoleAdmin}
	api, err := s3api.New(be,
		middlewares.RootUserConfig{Access: cfg.AccessKey, Secret: cfg.SecretKey},
		cfg.Region, auth.NewIAMServiceSingle(root), nil, nil, nil, nil,
		s3api.WithQuiet(),
		s3api.WithDisableACL(),
		s3api.WithConcurrencyLimiter(maxConnections, maxRequests),
		s3api.WithMpMaxParts(maxParts),
		s3api.WithMiddleware("/", catch),
		s3api.WithOnListen(func() { close(listening) }),
	)
	if err != nil {
		return nil, fmt.Errorf("build the S3 API: %w", err)
	}

	ctx, cancel := context.WithTimeout(ctx, bootTimeout)
	defer cancel()
	socket := "@lox-s3-" + rand.Text()
	served := make(chan error, 1)
	go func() { served <- api.ServeMultiPort([]string{socket}) }()
	select {
	case err := <-served:
		return nil, fmt.Errorf("boot the S3 API: %w", err)
	case <-ctx.Done():
		return nil, fmt.Errorf("boot the S3 API: %w", ctx.Err())
	case <-listening:
	}
	app, err := ask(ctx, socket, apps)
	if err != nil {
		return nil, fmt.Errorf("boot the S3 API: %w", err)
	}
	if err := api.ShutDown(); err != nil {
		return nil, fmt.Errorf("boot the S3 API: %w", err)
	}

	return &fasthttp.Server{
		Handler:           crossOrigin(cfg.AllowOrigin, app.Server().Handler),
		ErrorHandler:      malformed(cfg.Logger),
		Name:              "lox",
		Concurrency:       maxConnections,
		ReadBufferSize:    headerBytes,
		IdleTimeout:       stall,
		StreamRequestBody: true,
		// A backup may well be declared as multipart/form-data.
		DisablePreParseMultipartForm: true,
		CloseOnShutdown:              true,
		Logger:                       slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug),
	}, nil
}

// malformed answers what isn't a request, or ended before the first bytes of
// its body. fiber would print it to standard error.
func malformed(log *slog.Logger) func(*fasthttp.RequestCtx, error) {
	return func(ctx *fasthttp.RequestCtx, err error) {
		if c, ok := ctx.Conn().(*conn); ok && !c.started.Load() {
			// Nothing was asked, so nothing is to be answered.
			_ = c.TCPConn.Close()
			return
		}
		log.Debug("malformed request", "remote", ctx.RemoteAddr().String(), "error", err)
		code := s3err.GetAPIError(s3err.ErrCannotParseHTTPRequest)
		status := code.HTTPStatusCode
		if _, tooLarge := errors.AsType[*fasthttp.ErrSmallBuffer](err); tooLarge {
			status = fasthttp.StatusRequestHeaderFieldsTooLarge
		}
		ctx.SetStatusCode(status)
		ctx.SetContentType("application/xml")
		ctx.SetBody(code.XMLBody("", ""))
	}
}

// ask makes one request to the socket and returns what the middleware caught.
func ask(ctx context.Context, socket string, apps <-chan *fiber.App) (*fiber.App, error) {
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", socket)
		},
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://s3embed/", nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	if err := resp.Body.Close(); err != nil {
		return nil, err
	}
	select {
	case app := <-apps:
		return app, nil
	default:
		return nil, errors.New("the request did not reach the middleware")
	}
}
