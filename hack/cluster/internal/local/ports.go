package local

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Ports are taken from below the range that Linux hands out for outgoing connections
// (32768 and up by default), so that nothing takes the port of a process while it is
// stopped on purpose.
const (
	firstPort = 20000
	lastPort  = 31999
)

// portBook reserves loopback ports across clusters: a file per port, named by the number,
// that holds its cluster's folder.
type portBook string

// reserve books count free ports for the cluster folder, which must already have a state
// file: a reservation without one is stale and given away.
func (b portBook) reserve(dir string, count int) ([]int, error) {
	if err := os.MkdirAll(string(b), 0o755); err != nil {
		return nil, fmt.Errorf("reserve ports: %w", err)
	}
	const size = lastPort - firstPort + 1
	var out []int
	for i, start := 0, rand.IntN(size); i < size && len(out) < count; i++ {
		port := firstPort + (start+i)%size
		ok, err := b.book(port, dir)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, port)
		}
	}
	if len(out) < count {
		return nil, fmt.Errorf("reserve ports: only %d free between %d and %d", len(out), firstPort, lastPort)
	}
	return out, nil
}

func (b portBook) book(port int, dir string) (bool, error) {
	name := b.file(port)
	if owner, err := os.ReadFile(name); err == nil {
		if _, err := os.Stat(layout(strings.TrimSpace(string(owner))).state()); err == nil {
			return false, nil
		}
		_ = os.Remove(name) // Whoever creates the file anew gets the port.
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reserve port: %w", err)
	}
	_, err = file.WriteString(dir + "\n")
	if err = errors.Join(err, file.Close()); err != nil {
		return false, fmt.Errorf("reserve port: %w", err)
	}
	if !bindable(port) {
		_ = os.Remove(name)
		return false, nil
	}
	return true, nil
}

// release gives the ports back that the cluster folder has booked.
func (b portBook) release(dir string, ports map[string]int) {
	for _, port := range ports {
		owner, err := os.ReadFile(b.file(port))
		if err == nil && strings.TrimSpace(string(owner)) == dir {
			_ = os.Remove(b.file(port))
		}
	}
}

func (b portBook) file(port int) string { return filepath.Join(string(b), strconv.Itoa(port)) }

func bindable(port int) bool {
	listener, err := net.Listen("tcp", address(port))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
