package s3embed

import (
	"github.com/valyala/fasthttp"
)

// crossOrigin answers CORS preflight requests (the Fetch standard) of pages that
// may upload and download, and lets these pages read the answers.
func crossOrigin(allowed func(origin, host string) bool, next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		origin := string(ctx.Request.Header.Peek("Origin"))
		if origin == "" || allowed == nil || !allowed(origin, string(ctx.Host())) {
			next(ctx)
			return
		}
		if method := ctx.Request.Header.Peek("Access-Control-Request-Method"); ctx.IsOptions() && len(method) > 0 {
			ctx.SetStatusCode(fasthttp.StatusNoContent)
			ctx.Response.Header.Set("Access-Control-Allow-Methods", "GET, HEAD, PUT")
			if headers := ctx.Request.Header.Peek("Access-Control-Request-Headers"); len(headers) > 0 {
				ctx.Response.Header.SetBytesV("Access-Control-Allow-Headers", headers)
			}
			ctx.Response.Header.Set("Access-Control-Max-Age", "600")
		} else {
			next(ctx)
			ctx.Response.Header.Set("Access-Control-Expose-Headers", "ETag, Content-Length, Content-Range")
		}
		ctx.Response.Header.Set("Access-Control-Allow-Origin", origin)
		ctx.Response.Header.Add("Vary", "Origin")
	}
}
