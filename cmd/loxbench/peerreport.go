package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// peerRace is what a tool takes to store a cargo, or to fetch it, and what LOX does. Figures are medians over the rounds.
type peerRace struct {
	Name   string      `json:"name"`
	Rounds int         `json:"rounds"`
	LOX    peerFigures `json:"lox"`
	Others []peerRival `json:"others"`
}

type peerFigures struct {
	Name      string  `json:"name"`
	Rate      float64 `json:"mb_per_second"`
	Slowest   float64 `json:"slowest_mb_per_second"`
	Fastest   float64 `json:"fastest_mb_per_second"`
	ClientCPU float64 `json:"client_cpu_seconds"`
	ServerCPU float64 `json:"server_cpu_seconds"`
	// The most memory in any round, in bytes; 0 is unknown.
	ClientPeak int64 `json:"client_peak_bytes"`
	ServerPeak int64 `json:"server_peak_bytes"`
}

type peerRival struct {
	peerFigures

	Ratio float64 `json:"ratio"` // of LOX to it
	Bar   float64 `json:"bar,omitempty"`
}

func newPeerReport() *report {
	return &report{Started: time.Now().UTC(), Go: runtime.Version(), CPUs: runtime.NumCPU()}
}

// noteLoad keeps how many processes the machine has run at once over the latest minute: others
// may compute beside the bench.
func (r *report) noteLoad() {
	text, _ := os.ReadFile("/proc/loadavg")
	if load, _, ok := strings.Cut(string(text), " "); ok {
		r.Loads = append(r.Loads, load)
	}
}

// addPeers makes two races of what the tools did: to store and to fetch. LOX is the first tool.
func (r *report) addPeers(c cargo, tools []*peerTool, laps [][]peerLap) {
	for _, way := range []struct {
		name string
		of   func(peerLap) peerTake
	}{
		{"push", func(l peerLap) peerTake { return l.push }},
		{"pull", func(l peerLap) peerTake { return l.pull }},
	} {
		taken := make([][]peerTake, len(tools))
		for i := range tools {
			for _, l := range laps[i] {
				taken[i] = append(taken[i], way.of(l))
			}
		}
		found := peerRace{Name: way.name + " " + c.name, Rounds: len(laps[0]), LOX: c.figures(tools[0], taken[0])}
		for i, t := range tools[1:] {
			rival := peerRival{
				peerFigures: c.figures(t, taken[i+1]), Bar: aheadBar,
				Ratio: pairedRatio(c.rates(taken[0]), c.rates(taken[i+1])),
			}
			if t.limit {
				rival.Bar = c.leastOfCP
			}
			if rival.Bar > 0 {
				r.Bars = append(r.Bars, hold(found.Name+", to "+t.name, rateOfOther, 0, rival.Ratio, rival.Bar))
			}
			found.Others = append(found.Others, rival)
		}
		r.Peers = append(r.Peers, found)
	}
}

// rates are bytes in a microsecond, which are MB in a second.
func (c cargo) rates(all []peerTake) (rates []float64) {
	for _, t := range all {
		rates = append(rates, float64(c.bytes())/1e6/t.took.Seconds())
	}
	return rates
}

func (c cargo) figures(t *peerTool, all []peerTake) peerFigures {
	rates := c.rates(all)
	found := peerFigures{Name: t.name, Rate: percentile(rates, 50), Slowest: percentile(rates, 0), Fastest: percentile(rates, 100)}
	var clients, servers []float64
	for _, take := range all {
		clients, servers = append(clients, take.client.Seconds()), append(servers, take.server.Seconds())
		found.ServerPeak = max(found.ServerPeak, take.serverPeak)
		found.ClientPeak = max(found.ClientPeak, take.clientPeak)
	}
	found.ClientCPU, found.ServerCPU = percentile(clients, 50), percentile(servers, 50)
	if t.limit {
		found.ClientPeak = 0 // less than this program has, which is what the kernel counts for so small a child
	}
	return found
}

// printPeers writes the comparison with other tools.
func (r *report) printPeers(w io.Writer) {
	if len(r.Peers) == 0 {
		return
	}
	fmt.Fprintf(w, "\nlox push and lox pull beside other tools, each with its own server on the same disk, in turns. Sources are random and\n"+
		"in the page cache. Medians of the rounds; slowest and fastest round; seconds of the processors, of the client and of the\n"+
		"server with what it has started; peaks of resident memory in MiB. %d CPUs; load before and after each: %s. %s.\n\n",
		r.CPUs, strings.Join(r.Loads, ", "), r.Go)
	rows := [][]string{{"", "", "MB/s", "slowest", "fastest", "client cpu", "server cpu", "client MiB", "server MiB", "LOX / it", "bar"}}
	for _, found := range r.Peers {
		rows = append(rows, append(append([]string{found.Name}, found.LOX.columns()...), "", ""))
		for _, o := range found.Others {
			rows = append(rows, append(append([]string{""}, o.columns()...), unlessZero(o.Ratio), unlessZero(o.Bar)))
		}
	}
	printTable(w, rows)
}

func (f peerFigures) columns() []string {
	return []string{
		f.Name, figure(f.Rate), figure(f.Slowest), figure(f.Fastest), figure(f.ClientCPU), unlessZero(f.ServerCPU),
		mebibytesOf(f.ClientPeak), mebibytesOf(f.ServerPeak),
	}
}

func mebibytesOf(n int64) string {
	if n == 0 {
		return ""
	}
	return count(int(mebibytes(n) + 0.5))
}
