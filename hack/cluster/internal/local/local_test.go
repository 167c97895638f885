package local

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/modcap/modcap/hack/cluster/internal/proc"
)

// testState is a cluster with ports and binaries that nothing has started.
func testState(dir string) *State {
	o := DefaultOptions()
	o.Dir = dir
	s := &State{Options: o, Ports: map[string]int{}, Binaries: map[string]string{"kubectl": "/bin dir/it's/kubectl"}}
	for i, name := range processNames() {
		s.Ports[name] = 20001 + i
		s.Binaries[name] = "/bin dir/" + name
	}
	s.Processes = specs(s)
	return s
}

func TestComplete(t *testing.T) {
	cases := map[string]struct {
		change func(*Options)
		want   string // part of the error
	}{
		"defaults":        {change: func(*Options) {}},
		"no nodes":        {change: func(o *Options) { o.Nodes = 0 }},
		"no name":         {change: func(o *Options) { o.Name = "" }, want: "check name"},
		"a path as name":  {change: func(o *Options) { o.Name = "../x" }, want: "check name"},
		"negative nodes":  {change: func(o *Options) { o.Nodes = -1 }, want: "check nodes"},
		"too many nodes":  {change: func(o *Options) { o.Nodes = 1001 }, want: "check nodes"},
		"negative start":  {change: func(o *Options) { o.PodStart = -time.Second }, want: "check pod start"},
		"scrape too fast": {change: func(o *Options) { o.ScrapeInterval = time.Millisecond }, want: "check scrape interval"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o := DefaultOptions()
			c.change(&o)
			got, err := o.Complete("/cache")
			if c.want == "" && (err != nil || got.Dir != "/cache/clusters/modcap") {
				t.Errorf("%+v, %v", got, err)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestSpecs(t *testing.T) {
	s := testState("/dir")
	if len(s.Processes) != len(processNames()) {
		t.Fatalf("%d command lines for %d processes", len(s.Processes), len(processNames()))
	}
	for _, name := range processNames() {
		p := s.process(name)
		if p == nil {
			t.Errorf("%s: no command line", name)
			continue
		}
		all, port := strings.Join(p.Args, " "), strconv.Itoa(s.Ports[name])
		if p.Args[0] != s.Binaries[name] || p.Log != "/dir/logs/"+name+".log" {
			t.Errorf("%s: command %s, log %s", name, p.Args[0], p.Log)
		}
		if !strings.Contains(p.Health, "://127.0.0.1:"+port+"/") || !strings.Contains(all, port) {
			t.Errorf("%s: health %s, arguments %s", name, p.Health, all)
		}
		if strings.Contains(all, "0.0.0.0") || !strings.Contains(all, "127.0.0.1") {
			t.Errorf("%s listens beyond loopback: %s", name, all)
		}
	}
	if got := s.process("kubelet"); got != nil {
		t.Errorf("found %v", got)
	}
	custom := testState("/dir")
	custom.Options.PrometheusConfig = "/mine.yaml"
	if args := strings.Join(prometheusArgs(custom, "/dir"), " "); !strings.Contains(args, "--config.file=/mine.yaml ") {
		t.Errorf("configuration given, arguments %s", args)
	}
}

func TestConfigFiles(t *testing.T) {
	s := testState("/dir")
	s.Options.PodStart, s.Options.ScrapeInterval = 1500*time.Millisecond, 2*time.Second
	files, err := configFiles(s)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"kwok.yaml": {`default "1.5s"`, "name: pod-run", "name: node-initialize", "{{ $now | Quote }}"},
		"prometheus.yaml": {
			"scrape_interval: 2s", `- "/dir/targets/*.json"`, `- "/dir/rules/*.yaml"`,
			`- "127.0.0.1:` + strconv.Itoa(s.Ports[prometheus]) + `"`,
		},
		"audit.json": {`"Metadata"`},
	}
	for name, parts := range want {
		for _, part := range parts {
			if !strings.Contains(string(files[name]), part) {
				t.Errorf("%s lacks %q:\n%s", name, part, files[name])
			}
		}
		if strings.Contains(string(files[name]), "[[ ") {
			t.Errorf("%s is not filled in:\n%s", name, files[name])
		}
	}
	if !json.Valid(files["audit.json"]) {
		t.Errorf("audit.json is no JSON: %s", files["audit.json"])
	}
	if _, err := render("prometheus.yaml", map[string]any{}); err == nil {
		t.Error("rendered without values")
	}
}

// A shell reads from the environment file what was meant, whatever the folders are called.
func TestEnvFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's $HOME")
	s := testState(dir)
	if err := writeFiles(s); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", `. "$1"; printf '%s\n' "$KUBECONFIG" "$KUBECTL" "$PROMETHEUS_URL" "$PATH"`, "sh",
		layout(dir).env())
	cmd.Env = []string{"PATH=/usr/bin:/bin"}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		dir + "/kubeconfig", "/bin dir/it's/kubectl", "http://" + address(s.Ports[prometheus]),
		"/bin dir:/bin dir/it's:/usr/bin:/bin", "",
	}, "\n")
	if string(out) != want {
		t.Errorf("shell reads\n%s\nwant\n%s", out, want)
	}
}

func TestStateIsReadBack(t *testing.T) {
	dir := t.TempDir()
	if s, err := Load(dir); s != nil || err != nil {
		t.Fatalf("empty folder: %v, %v", s, err)
	}
	s := testState(dir)
	s.Processes[0].Identity = proc.Identity{PID: 7, StartTime: 9, BootID: "b"}
	if err := s.save(); err != nil {
		t.Fatal(err)
	}
	got, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got.Options != s.Options || got.Processes[0].Identity != s.Processes[0].Identity ||
		strings.Join(got.names(), " ") != strings.Join(s.names(), " ") {
		t.Errorf("read back %+v, wrote %+v", got, s)
	}
	if err := os.WriteFile(layout(dir).state(), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil {
		t.Error("a broken state file was read")
	}
}

func TestPortsAreBookedOnce(t *testing.T) {
	book, one, two := portBook(t.TempDir()), t.TempDir(), t.TempDir()
	for _, dir := range []string{one, two} {
		if err := testState(dir).save(); err != nil {
			t.Fatal(err)
		}
	}
	first, err := book.reserve(one, 20)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, port := range first {
		if seen[port] || port < firstPort || port > lastPort {
			t.Errorf("port %d twice or out of range", port)
		}
		seen[port] = true
		if ok, err := book.book(port, two); ok || err != nil {
			t.Errorf("port %d booked twice, error %v", port, err)
		}
	}
	book.release(two, map[string]int{"x": first[0]}) // not its own
	if ok, _ := book.book(first[0], two); ok {
		t.Error("another cluster's port was released")
	}
	book.release(one, map[string]int{"x": first[0]})
	if ok, err := book.book(first[0], two); !ok || err != nil {
		t.Errorf("a released port is not given away, error %v", err)
	}
	if err := os.Remove(layout(one).state()); err != nil {
		t.Fatal(err)
	}
	if ok, err := book.book(first[1], two); !ok || err != nil {
		t.Errorf("the port of a cluster that is gone is not given away, error %v", err)
	}
}

func TestUsedPortIsNotBooked(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	book := portBook(t.TempDir())
	ok, err := book.book(listener.Addr().(*net.TCPAddr).Port, t.TempDir())
	if ok || err != nil {
		t.Errorf("booked %t, error %v", ok, err)
	}
}

func TestReadyNodes(t *testing.T) {
	cases := map[string]struct {
		list string
		want int
	}{
		"none":    {`{"items":[]}`, 0},
		"ready":   {`{"items":[{"status":{"conditions":[{"type":"Ready","status":"True"}]}}]}`, 1},
		"unknown": {`{"items":[{"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}}]}`, 0},
		"tainted": {`{"items":[{"spec":{"taints":[{}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}}]}`, 0},
	}
	for name, c := range cases {
		if got, err := readyNodes([]byte(c.list)); got != c.want || err != nil {
			t.Errorf("%s: %d, %v; want %d", name, got, err, c.want)
		}
	}
	if _, err := readyNodes([]byte("x")); err == nil {
		t.Error("text was decoded")
	}
}

func TestPoll(t *testing.T) {
	late, cancel := context.WithTimeoutCause(t.Context(), 5*time.Millisecond, errors.New("too late"))
	defer cancel()
	calls := 0
	cases := map[string]struct {
		check func(context.Context) error
		want  string
	}{
		"at once": {check: func(context.Context) error { return nil }},
		"final":   {check: func(context.Context) error { return &finalError{"it exited"} }, want: "it exited"},
		"never":   {check: func(context.Context) error { return errors.New("refused") }, want: "too late; last answer: refused"},
	}
	for name, c := range cases {
		err := poll(late, c.check)
		if (err == nil) != (c.want == "") || (err != nil && err.Error() != c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	err := poll(t.Context(), func(context.Context) error {
		if calls++; calls < 3 {
			return errors.New("not yet")
		}
		return nil
	})
	if err != nil || calls != 3 {
		t.Errorf("%d calls, %v", calls, err)
	}
}
