package config

import (
	"errors"
	"flag"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	modtest "github.com/modcap/modcap/internal/testing"
)

func parse(namespace string, args ...string) (Config, error) {
	fs := flag.NewFlagSet("manager", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return Parse(fs, args, namespace)
}

func defaults() Config {
	return Config{
		LeaderElect: true, Namespace: "modcap-system", MetricsAddress: ":8443", MetricsSecure: true, ProbeAddress: ":8081",
		StatusWrites: 20, Concurrency: 4, LogLevel: slog.LevelInfo, LogFormat: "json",
	}
}

var comparePrefixes = cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })

func TestParse(t *testing.T) {
	with := func(change func(*Config)) Config { c := defaults(); change(&c); return c }
	for name, c := range map[string]struct {
		namespace string
		args      string
		want      Config
	}{
		"defaults":                {"", "", defaults()},
		"namespace of the pod":    {"here", "", with(func(c *Config) { c.Namespace = "here" })},
		"namespace by flag":       {"here", "--namespace=there", with(func(c *Config) { c.Namespace = "there" })},
		"one replica":             {"", "--leader-elect=false", with(func(c *Config) { c.LeaderElect = false })},
		"read only":               {"", "--read-only", with(func(c *Config) { c.ReadOnly = true })},
		"some namespaces":         {"", "--watch-namespaces=a,,b-2,", with(func(c *Config) { c.WatchNamespaces = []string{"a", "b-2"} })},
		"no servers":              {"", "--metrics-bind-address=0 --health-probe-bind-address=0", with(func(c *Config) { c.MetricsAddress, c.ProbeAddress = "0", "0" })},
		"plain metrics":           {"", "--metrics-secure=false", with(func(c *Config) { c.MetricsSecure = false })},
		"fewest writes and tasks": {"", "--status-writes-per-second=1 --concurrency=1", with(func(c *Config) { c.StatusWrites, c.Concurrency = 1, 1 })},
		"most writes and tasks":   {"", "--status-writes-per-second=1000 --concurrency=64", with(func(c *Config) { c.StatusWrites, c.Concurrency = 1000, 64 })},
		"logs":                    {"", "--log-level=debug --log-format=text", with(func(c *Config) { c.LogLevel, c.LogFormat = slog.LevelDebug, "text" })},
		"networks": {"", "--allow-source-cidrs=127.0.0.0/8,::1/128", with(func(c *Config) {
			c.AllowSources = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
		})},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parse(c.namespace, strings.Fields(c.args)...)
			if d := cmp.Diff(c.want, got, comparePrefixes); d != "" || err != nil {
				t.Errorf("%v; configuration (-want +got):\n%s", err, d)
			}
		})
	}
}

func TestSentences(t *testing.T) {
	const (
		writes = "--status-writes-per-second must be from 1 to 1000"
		tasks  = "--concurrency must be from 1 to 64"
	)
	for arg, want := range map[string]string{
		"--status-writes-per-second=0.99":      writes,
		"--status-writes-per-second=1000.01":   writes,
		"--status-writes-per-second=-5":        writes,
		"--status-writes-per-second=NaN":       writes,
		"--status-writes-per-second=Inf":       writes,
		"--concurrency=0":                      tasks,
		"--concurrency=65":                     tasks,
		"--log-level=loud":                     `--log-level: "loud" is not debug, info, warn or error`,
		"--log-format=xml":                     `--log-format: "xml" is not json or text`,
		"--namespace=Modcap":                   `"Modcap" is not the name of a namespace`,
		"--namespace=":                         `"" is not the name of a namespace`,
		"--watch-namespaces=a,b_c":             `"b_c" is not the name of a namespace`,
		"--watch-namespaces=-a":                `"-a" is not the name of a namespace`,
		"--allow-source-cidrs=10.0.0.1":        `--allow-source-cidrs: "10.0.0.1" is not a network such as 10.0.0.0/8`,
		"--allow-source-cidrs=10.0.0.0/8,host": `--allow-source-cidrs: "host" is not a network such as 10.0.0.0/8`,
		"start":                                `unexpected argument "start"`,
		"--leader-elect=maybe":                 `invalid boolean value "maybe" for -leader-elect: parse error`,
		"--concurrency=many":                   `invalid value "many" for flag -concurrency: parse error`,
		"--unheard-of":                         "flag provided but not defined: -unheard-of",
	} {
		t.Run(arg, func(t *testing.T) {
			if _, err := parse("", arg); err == nil || err.Error() != want {
				t.Errorf("error is %v, want %s", err, want)
			}
		})
	}
	long := strings.Repeat("x", 64)
	if _, err := parse(long); err == nil || err.Error() != `"`+long+`" is not the name of a namespace` {
		t.Errorf("a name of 64 characters: %v", err)
	}
}

// Who deploys it reads of every mistake at once.
func TestAllMistakesAreTold(t *testing.T) {
	_, err := parse("", "--concurrency=0", "--log-format=xml", "--log-level=loud", "--allow-source-cidrs=x", "--watch-namespaces=A", "--status-writes-per-second=0")
	want := []string{
		`--allow-source-cidrs: "x" is not a network such as 10.0.0.0/8`, `--log-level: "loud" is not debug, info, warn or error`,
		`"A" is not the name of a namespace`, "--status-writes-per-second must be from 1 to 1000", "--concurrency must be from 1 to 64",
		`--log-format: "xml" is not json or text`,
	}
	if err == nil || cmp.Diff(want, strings.Split(err.Error(), "\n")) != "" {
		t.Errorf("told is:\n%v", err)
	}
}

func TestHelp(t *testing.T) {
	if _, err := parse("", "--help"); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("asking for help gives %v", err)
	}
}

// shippedArgs are the arguments of the Deployment that is shipped.
func shippedArgs(t *testing.T) []string {
	t.Helper()
	root, err := modtest.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(root, "config", "manager", "manager.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var d appsv1.Deployment
	if err := yaml.UnmarshalStrict(data, &d); err != nil {
		t.Fatal(err)
	}
	if d.Kind != "Deployment" || d.Namespace != DefaultNamespace || len(d.Spec.Template.Spec.Containers) != 1 {
		t.Fatalf("%s %s/%s is not the Deployment of the operator", d.Kind, d.Namespace, d.Name)
	}
	return d.Spec.Template.Spec.Containers[0].Args
}

// The shipped Deployment says what the operator does without being told; what reads
// only adds one flag.
func TestShippedDeployment(t *testing.T) {
	args := shippedArgs(t)
	got, err := parse(DefaultNamespace, args...)
	if d := cmp.Diff(defaults(), got, comparePrefixes); d != "" || err != nil {
		t.Errorf("%v; configuration (-want +got):\n%s", err, d)
	}
	readOnly := defaults()
	readOnly.ReadOnly = true
	got, err = parse(DefaultNamespace, append(args, "--read-only")...)
	if d := cmp.Diff(readOnly, got, comparePrefixes); d != "" || err != nil {
		t.Errorf("%v; read-only configuration (-want +got):\n%s", err, d)
	}
}

// What is accepted is within its bounds.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"--read-only", "--status-writes-per-second=NaN", "--watch-namespaces=a,b", "--allow-source-cidrs=::/0", "--log-level=warn+1", "--", "-concurrency 7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, args string) {
		c, err := parse("", strings.Fields(args)...)
		if err != nil {
			return
		}
		if !(c.StatusWrites >= 1 && c.StatusWrites <= 1000) || c.Concurrency < 1 || c.Concurrency > 64 || (c.LogFormat != "json" && c.LogFormat != "text") {
			t.Errorf("%q gives %+v", args, c)
		}
		for _, n := range append(c.WatchNamespaces, c.Namespace) {
			if n == "" || len(n) > 63 || strings.ToLower(n) != n {
				t.Errorf("%q gives the namespace %q", args, n)
			}
		}
		for _, p := range c.AllowSources {
			if !p.IsValid() {
				t.Errorf("%q gives the network %v", args, p)
			}
		}
	})
}
