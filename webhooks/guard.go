package webhooks

import (
	"fmt"
	"net/netip"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// azureHost is a service of Azure at a public address, which gives certificates and
// settings to every process on a virtual machine of Azure:
// https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
var azureHost = netip.MustParsePrefix("168.63.129.16/32")

// refusal is the error of an address that webhooks may not go to.
type refusal struct{ addr netip.Addr }

// Error implements error, for the log.
func (r refusal) Error() string { return fmt.Sprintf("refused %s address %s", kind(r.addr), r.addr) }

// guard returns a function for net.Dialer.Control that refuses all addresses except
// those of the public Internet and of the allowed networks. It checks the address of
// the connection itself, so a name that resolves to another address later can't evade
// it. It allows every port: receivers use ports such as 8443, and any other service at
// a public address is public anyway.
func guard(allowed []netip.Prefix) func(network, address string, _ syscall.RawConn) error {
	var v4, v6 []netip.Prefix
	for _, p := range allowed {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	guardian := ssrf.New(
		ssrf.WithAnyPort(),
		ssrf.WithDeniedV4Prefixes(azureHost),
		ssrf.WithAllowedV4Prefixes(v4...),
		ssrf.WithAllowedV6Prefixes(v6...),
	)
	return func(network, address string, c syscall.RawConn) error {
		err := guardian.Safe(network, address, c)
		if err == nil {
			return nil
		}
		if at, bad := netip.ParseAddrPort(address); bad == nil {
			return refusal{at.Addr()}
		}
		return err
	}
}

// privateTLDs are top-level domains that are reserved for private use or never
// delegated in public DNS: RFC 2606, 6761, 6762, 7686, 9476, ICANN's "internal", and
// those of ICANN's name collision reports.
var privateTLDs = map[string]bool{
	"alt": true, "corp": true, "example": true, "home": true, "internal": true, "intranet": true, "invalid": true,
	"lan": true, "local": true, "localdomain": true, "localhost": true, "mail": true, "onion": true, "private": true, "test": true,
}

// HostCheck returns a function that says why no attempt to a host can ever succeed, or
// "" if one may. The tenant reads the text. A Sender with the same settings refuses
// these hosts too, and also names that resolve to a refused address. Hosts are in lower
// case, without a full stop at their end.
func HostCheck(allowPrivate bool, allowed []netip.Prefix) func(host string) string {
	if allowPrivate {
		return func(string) string { return "" }
	}
	check := guard(allowed)
	return func(host string) string {
		refused := false
		if addr, err := netip.ParseAddr(host); err == nil {
			network := "tcp4"
			if addr.Is6() {
				network = "tcp6"
			}
			refused = check(network, netip.AddrPortFrom(addr, 443).String(), nil) != nil
		} else if len(allowed) == 0 { // with allowed networks, private names may resolve to them
			last := host[strings.LastIndexByte(host, '.')+1:]
			refused = last == host || privateTLDs[last] || host == "home.arpa" || strings.HasSuffix(host, ".home.arpa")
		}
		if refused {
			return "Must have a public host, such as https://example.com/lox: webhooks can't be sent to " + host
		}
		return ""
	}
}

var kinds = []struct {
	prefix netip.Prefix
	name   string
}{
	{netip.MustParsePrefix("100.64.0.0/10"), "carrier-grade NAT"},
	{netip.MustParsePrefix("64:ff9b::/96"), "NAT64"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "NAT64"},
	{netip.MustParsePrefix("2002::/16"), "6to4"},
}

// kind names the kind of a refused address.
func kind(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	switch {
	case addr.IsLoopback():
		return "loopback"
	case addr.IsPrivate(): // fc00::/7 too
		return "private"
	case addr.IsLinkLocalUnicast():
		return "link-local"
	case addr.IsMulticast():
		return "multicast"
	}
	for _, k := range kinds {
		if k.prefix.Contains(addr) {
			return k.name
		}
	}
	return "reserved"
}
