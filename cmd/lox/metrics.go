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

// metricsHandler serves the metrics, and the profiles if they are enabled, on a listener of its own.
// Profiles show what is in memory, so they are off by default.
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

// onlyKnownHosts refuses requests with an unknown Host. This listener needs no key: a web page whose own
// name resolves to a loopback address (DNS rebinding) could otherwise read everything through a browser on
// this machine.
func (c config) onlyKnownHosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.knowsHost(r.Host) {
			http.Error(w, "Unknown host: name it in LOX_METRICS_HOSTS", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// knowsHost reports whether a Host header names a loopback address, the address of the listener, or a
// configured host. The port doesn't matter.
func (c config) knowsHost(header string) bool {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = header
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsLoopback() {
		return true
	}
	listened, _, _ := net.SplitHostPort(c.MetricsAddr) // loadConfig has checked it
	return host != "" && (strings.EqualFold(host, "localhost") || strings.EqualFold(host, listened)) ||
		slices.ContainsFunc(c.MetricsHosts, func(known string) bool { return known == "*" || strings.EqualFold(known, host) })
}
