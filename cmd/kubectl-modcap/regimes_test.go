package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func runRegimes(t *testing.T, stdin string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRoot(streams{In: strings.NewReader(stdin), Out: &out, Err: &out})
	root.SetArgs(append([]string{"regimes"}, args...))
	err := root.Execute()
	return out.String(), err
}

func TestRegimes(t *testing.T) {
	for name, c := range map[string]struct {
		args  []string
		stdin string
		want  []string
		err   string
	}{
		"the catalogue": {
			args: []string{"--at", "2026-02-19"},
			want: []string{"eu-terrorist-content             100% in 1h", "india-it-rules-orders            100% in 36h", "2026-02-20 00:00 UTC",
				"us-take-it-down                  nothing", "Regulation (EU) 2021/784, Art 3(3)", "CELEX%3A32021R0784", "sources read on 2026-11-22",
				"  100% in 36h until 2026-02-20\n  100% in 3h from 2026-02-20 on\n", notAdvice},
		},
		"one":             {args: []string{"us-take-it-down", "--at", "2026-11-22"}, want: []string{"100% in 48h"}},
		"another name":    {args: []string{"take-it-down"}, err: `there is no regime "take-it-down"; did you mean us-take-it-down?`},
		"no day":          {args: []string{"--at", "soon"}, err: `--at: "soon" is not a day such as 2026-02-20`},
		"no such format":  {args: []string{"-o", "yaml"}, err: `-o is text or json, not "yaml"`},
		"no such file":    {args: []string{"-f", "nowhere.yaml"}, err: "nowhere.yaml: open: no such file or directory"},
		"one's own":       {args: []string{"-f", "-", "--at", "2026-12-02"}, stdin: ownRegimes, want: []string{"contract", "95% in 12h", "declared in -"}},
		"one's own alone": {args: []string{"contract", "-f", "-"}, stdin: ownMap, want: []string{"contract: Contract"}},
		"a broken one":    {args: []string{"-f", "-"}, stdin: strings.Replace(ownRegimes, "12h", "1d", 1), err: "-: regimes[contract].terms[0].within: "},
		"a shipped name": {args: []string{"-f", "-"}, stdin: strings.Replace(ownRegimes, "name: contract", "name: us-take-it-down", 1),
			err: "-: regime us-take-it-down: modcap ships one of this name"},
		"a map without the label": {args: []string{"-f", "-"}, stdin: strings.Replace(ownMap, "modcap.dev/regimes", "regimes", 1),
			err: `-: ConfigMap own has no label modcap.dev/regimes: "true"`},
		"a map without the key": {args: []string{"-f", "-"}, stdin: strings.Replace(ownMap, "regimes.yaml", "regimes", 1),
			err: "-: ConfigMap own has no key regimes.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := runRegimes(t, c.stdin, c.args...)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range c.want {
				if !strings.Contains(out, w) {
					t.Errorf("%q is not in:\n%s", w, out)
				}
			}
		})
	}
}

// TestRegimesForPrograms reads the answer, and that what it lists can be declared again.
func TestRegimesForPrograms(t *testing.T) {
	out, err := runRegimes(t, "", "-o", "json", "--at", "2026-02-20")
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		At, Notice string
		Regimes    []struct {
			Name, Checked string
			Sources       []string
			InForce       *struct{ Percent, Within, From string }
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	inForce := map[string]string{}
	for _, r := range got.Regimes {
		if r.Checked == "" || len(r.Sources) == 0 {
			t.Errorf("%s has no source, or nobody read it", r.Name)
		}
		if r.InForce != nil {
			inForce[r.Name] = r.InForce.Within
		}
	}
	if got.At != "2026-02-20T00:00:00Z" || got.Notice == "" || inForce["india-it-rules-orders"] != "3h" || inForce["us-take-it-down"] != "" {
		t.Errorf("at %s: %v", got.At, inForce)
	}
}

// TestRegimesPage checks the example of the page as a user would.
func TestRegimesPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "regimes.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "```yaml\napiVersion: v1\n")
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("the page has no example")
	}
	if out, err := runRegimes(t, example, "-f", "-"); err != nil || !strings.Contains(out, "declared in -") {
		t.Errorf("%v\n%s", err, out)
	}
}

const ownRegimes = `regimes:
- name: contract
  title: Contract
  instrument: Contract with advertisers
  clock: UserNotice
  startsAt: a notice is received
  where: everywhere
  terms: [{percent: "95", within: 12h, from: "2026-12-01"}]
  sources: [https://example.com/contract]
  checked: "2026-11-22"
`

var ownMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: own, labels: {modcap.dev/regimes: "true"}}
data:
  regimes.yaml: |
    ` + strings.ReplaceAll(strings.TrimSpace(ownRegimes), "\n", "\n    ") + "\n"
