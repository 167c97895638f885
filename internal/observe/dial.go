package observe

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
)

// DialPolicy says which addresses sources may be read at. It is checked against
// the resolved address, so that a name cannot hide one. Refused are loopback,
// link-local, multicast and unspecified addresses, cloud metadata services, and
// the API server's.
type DialPolicy struct {
	// Allow are networks that may be dialled all the same.
	Allow []netip.Prefix
	// APIServers are the addresses of the API server. Port 0 means every port.
	APIServers []netip.AddrPort
}

// errForbiddenTarget says no more than that: the address may be a probe.
var errForbiddenTarget = errors.New("address refused by the dial policy")

// metadata services that are not link-local.
var metadataServices = [...]netip.Addr{
	netip.MustParseAddr("fd00:ec2::254"),
	netip.MustParseAddr("100.100.100.200"),
}

// permits reports whether an address may be dialled.
func (p DialPolicy) permits(to netip.AddrPort) bool {
	addr := to.Addr().Unmap().WithZone("")
	if slices.ContainsFunc(p.Allow, func(n netip.Prefix) bool { return n.Contains(addr) }) {
		return true
	}
	return !internal(addr) && !slices.ContainsFunc(p.APIServers, func(s netip.AddrPort) bool {
		return s.Addr().Unmap() == addr && (s.Port() == 0 || s.Port() == to.Port())
	})
}

// internal reports whether an address is of the node rather than of the network.
func internal(a netip.Addr) bool {
	return a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() ||
		slices.Contains(metadataServices[:], a)
}

// control is net.Dialer.Control: it sees every address before it is connected to.
func (p DialPolicy) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !p.permits(to) {
		return errForbiddenTarget
	}
	return nil
}

func (p DialPolicy) dialer() *net.Dialer { return &net.Dialer{Control: p.control} }
