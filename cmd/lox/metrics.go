package main

import (
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metricsHandler serves what an operator looks at, on a listener of its own:
// profiles only if they are asked for, as they show what is in memory.
func metricsHandler(cfg config, registry *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	if cfg.PProf {
		mux.HandleFunc("/debug/pprof/", pprof.Index)
		mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
		mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	}
	return cfg.onlyKnownHosts(mux)
}

// onlyKnownHosts refuses requests for other hosts than this one. There is no key
// here: a web page whose own name leads to a loopback address (DNS rebinding)
// would otherwise read everything through a browser on this machine.
func (c config) onlyKnownHosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.knowsHost(r.Host) {
			http.Error(w, "Unknown host: name it in LOX_METRICS_HOSTS", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// knowsHost reports whether a Host header names a loopback address, the address
// that is listened at, or a host that is configured. The port doesn't matter.
func (c config) knowsHost(header string) bool {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = header
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsLoopback() {
		return true
	}
	listened, _, _ := net.SplitHostPort(c.MetricsAddr) // it was checked
	return host != "" && (strings.EqualFold(host, "localhost") || strings.EqualFold(host, listened)) ||
		slices.ContainsFunc(c.MetricsHosts, func(known string) bool { return known == "*" || strings.EqualFold(known, host) })
}
