package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
)

const (
	samplesDir = "../../config/samples"
	soundBase  = "../../internal/lint/testdata/base.yaml"
)

// linted are the codes that lint finds, in order.
func linted(t *testing.T, args ...string) (codes []string, a analysis, err error) {
	t.Helper()
	out, _, err := tool("", append([]string{"lint", "-o", "json"}, args...)...)
	if err != nil && !errors.Is(err, errFound) {
		return nil, a, err
	}
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	for i := range a.Findings {
		codes = append(codes, a.Findings[i].Code)
	}
	return codes, a, err
}

func TestLintOfSoundFiles(t *testing.T) {
	out, _, err := tool("", "lint", "-f", samplesDir)
	if want := "5 queues, 1 policy, 3 pools, 3 teams, 1 target, 2 sources: nothing found.\n"; err != nil || out != want {
		t.Errorf("got %q, %v; want %q", out, err, want)
	}
	if codes, _, err := linted(t, soundBase, "-n", "trust"); err != nil || len(codes) > 0 {
		t.Errorf("got %v, %v", codes, err)
	}
	files, err := filepath.Glob(filepath.Join(samplesDir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files { // alone, too
		if filepath.Base(f) == "kustomization.yaml" || filepath.Base(f) == "namespace.yaml" || filepath.Base(f) == "workers.yaml" {
			continue
		}
		if codes, _, err := linted(t, "-f", f); err != nil || len(codes) > 0 {
			t.Errorf("%s: got %v, %v", f, codes, err)
		}
	}
}

// replacedIn is a file with one text in place of another.
func replacedIn(t *testing.T, path, old, now string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s has no %q", path, old)
	}
	return inFile(t, filepath.Base(path), strings.Replace(string(data), old, now, 1))
}

func TestLintFindsDefects(t *testing.T) {
	for name, c := range map[string]struct {
		old, now string
		want     []string
	}{
		"a reference":                    {"poolRef: {name: video}\n    serviceLevel", "poolRef: {name: vdeo}\n    serviceLevel", []string{"PoolNotFound", "PoolUnused"}},
		"a rule of the API server":       {"replicas: {min: 1, max: 200}", "replicas: {min: 201, max: 200}", []string{"Refused"}},
		"a pattern of the API server":    {`headcount: 8}`, `headcount: 8, from: "2026-2-1"}`, []string{"Refused"}},
		"what is missing":                {"  startup: {time: 2m}\n", "", []string{"Refused"}},
		"a number for a text":            {`actAt: "0.97"`, `actAt: 0.97`, []string{"Refused"}},
		"bands that both see":            {`reviewAt: "0.45"}`, `reviewAt: "0.96"}`, []string{"BandsCrossed"}},
		"a name that no object may have": {"metadata: {name: budget}", "metadata: {name: Budget_1}", []string{"Refused"}},
		"an object twice":                {"---\n# Adverts alone", "---\n" + budget + "---\n# Adverts alone", []string{"DeclaredTwice"}},
		"a zone":                         {"timeZone: Europe/Dublin", "timeZone: Europe/Dublinn", []string{"TimeZoneUnknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			codes, a, err := linted(t, "-f", replacedIn(t, soundBase, c.old, c.now), "-n", "trust")
			if diff := cmp.Diff(c.want, codes); diff != "" || !errors.Is(err, errFound) {
				t.Errorf("%v: codes (-want +got):\n%s%+v", err, diff, a.Findings)
			}
		})
	}
}

const budget = `apiVersion: modcap.dev/v1alpha1
kind: CapacityOverride
metadata: {name: budget}
spec: {type: Ceiling, poolRef: {name: video}, replicas: 120, until: "2126-12-01T00:00:00Z", reason: budget, by: FIN-12}
`

func TestLintExitCodes(t *testing.T) {
	warning := replacedIn(t, soundBase, `reviewAt: "0.45"}`, `reviewAt: "0.60"}`)
	for _, c := range []struct {
		failOn string
		fails  bool
	}{{"Warning", true}, {"Error", false}, {"Never", false}} {
		codes, _, err := linted(t, "-f", warning, "-n", "trust", "--fail-on", c.failOn)
		if !slices.Equal(codes, []string{"OverrideChangesNothing"}) || errors.Is(err, errFound) != c.fails {
			t.Errorf("--fail-on %s: %v, %v", c.failOn, codes, err)
		}
	}
}

func TestLintRefusesWhatItCannotRead(t *testing.T) {
	policy := func(label string) string {
		return "apiVersion: modcap.dev/v1alpha1\nkind: ModerationPolicy\nmetadata: {name: p}\nspec:\n  labels:\n  - {name: a, " + label + "}\n"
	}
	for name, c := range map[string]struct{ content, want string }{
		"a field that there is not": {policy("actsAt: \"0.5\""), `it has a field actsAt, which there is not`},
		"no YAML":                   {"kind: [", "it is no YAML"},
		"a kind that there is not":  {"apiVersion: modcap.dev/v1alpha1\nkind: ModerationPolicies\nmetadata: {name: p}\n", "modcap has no such kind"},
		"another version":           {"apiVersion: modcap.dev/v1\nkind: ModerationPolicy\nmetadata: {name: p}\n", "its apiVersion is modcap.dev/v1"},
		"no name":                   {"apiVersion: modcap.dev/v1alpha1\nkind: ModerationPolicy\nspec: {labels: []}\n", "it has no metadata.name"},
		"nothing of ours":           {"apiVersion: v1\nkind: Namespace\nmetadata: {name: p}\n", "there is no object of modcap.dev/v1alpha1 in"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := linted(t, "-f", inFile(t, "p.yaml", c.content))
			if err == nil || errors.Is(err, errFound) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	for _, args := range [][]string{{}, {"-f", "no-such.yaml"}, {"-f", samplesDir, "-o", "yaml"}, {"-f", samplesDir, "--fail-on", "error"}} {
		if _, _, err := tool("", append([]string{"lint"}, args...)...); err == nil || errors.Is(err, errFound) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestLintMarkets(t *testing.T) {
	out, _, err := tool("", "lint", "-f", samplesDir, "--markets")
	const want = `POLICY                LABEL        MARKETS     ACT-AT  REVIEW-AT  OVERRIDE
community-guidelines  hate-speech  all others  0.95    0.60       
community-guidelines  hate-speech  DE          0.95    0.45 *     germany
`
	if diff := cmp.Diff(want, out); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	out, _, err = tool("", "lint", "-f", replacedIn(t, samplesDir+"/moderationpolicy.yaml", `reviewAt: "0.45"`, `reviewAt: "0.60"`), "--markets")
	if want := "1 policy: scores mean the same in all markets.\n"; err != nil || out != want {
		t.Errorf("got %q, %v", out, err)
	}
}

// Objects of two namespaces know nothing of each other; one that says none is of the only one that others say.
func TestLintNamespaces(t *testing.T) {
	const pool = "apiVersion: modcap.dev/v1alpha1\nkind: ClassifierPool\nmetadata: {name: %, namespace: @}\nspec:\n" +
		"  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: w}\n  throughput: {itemsPerSecond: \"1\"}\n  startup: {time: 30s}\n" +
		"  replicas: {min: 1, max: 2}\n---\n"
	at := func(name, namespace string) string {
		return strings.NewReplacer("%", name, "@", namespace).Replace(pool)
	}
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"two":         {at("a", "x") + at("b", "y"), nil},
		"one":         {at("a", "x") + at("b", "x"), []string{"PoolsShareTarget"}},
		"one, unsaid": {at("a", "x") + strings.Replace(at("b", ""), ", namespace: ", "", 1), []string{"PoolsShareTarget"}},
	} {
		if codes, a, _ := linted(t, "-f", inFile(t, "p.yaml", c.content)); !slices.Equal(codes, c.want) {
			t.Errorf("%s: %v", name, a.Findings)
		}
	}
}

// What a file says takes the place of what is in the cluster; what is new is younger.
func TestReplaced(t *testing.T) {
	live := []v1alpha1.ClassifierPool{{}, {}}
	live[0].Name, live[1].Name = "a", "b"
	live[1].Spec.Replicas.Max = 1
	file := []*v1alpha1.ClassifierPool{{}, {}}
	file[0].Name, file[1].Name = "b", "c"
	file[0].Spec.Replicas.Max = 2
	got := replaced(stampOf(9), live, file)
	var names []string
	for _, p := range got {
		names = append(names, p.Name)
	}
	if !slices.Equal(names, []string{"a", "b", "c"}) || got[1].Spec.Replicas.Max != 2 || got[2].CreationTimestamp != stampOf(9) {
		t.Errorf("got %v", names)
	}
}

func stampOf(hour int) metav1.Time {
	return metav1.NewTime(time.Date(2026, 11, 23, hour, 0, 0, 0, time.UTC))
}

// A ConfigMap of regimes is read with the files. A regime that is in none may be declared elsewhere, unless its name is
// nearly one that there is.
func TestLintRegimes(t *testing.T) {
	const regimes = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ours, namespace: trust, labels: {modcap.dev/regimes: \"true\"}}\ndata:\n  regimes.yaml: |\n"
	named := func(regime string) string {
		return replacedIn(t, soundBase, `serviceLevels: [{percent: "90", within: 24h}]
    handleTime: 4m`, `serviceLevels: [{percent: "90", within: 24h}, {regime: `+regime+`}]
    handleTime: 4m`)
	}
	broken := inFile(t, "regimes.yaml", regimes+"    nonsense\n")
	for name, c := range map[string]struct {
		files, want []string
	}{
		"shipped":        {[]string{named("us-take-it-down")}, nil},
		"maybe in files": {[]string{named("house-rules")}, nil},
		"misspelt":       {[]string{named("us-take-it-dwn")}, []string{"RegimeNotFound"}},
		"broken":         {[]string{soundBase, broken}, []string{"RegimesInvalid"}},
	} {
		if codes, a, _ := linted(t, append(c.files, "-n", "trust")...); !slices.Equal(codes, c.want) {
			t.Errorf("%s: %v", name, a.Findings)
		}
	}
}
