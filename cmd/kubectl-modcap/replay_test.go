package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/replay"
)

// recordedFile is a history of so many decisions, made by the rules of today.
const (
	recordings   = 14
	recordedFile = "../../internal/replay/testdata/decisions.json"
)

func recordedJSON(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(recordedFile)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// runPlugin runs the plugin as a shell would.
func runPlugin(t *testing.T, stdin []byte, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRoot(streams{In: bytes.NewReader(stdin), Out: &out, Err: &out})
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

const replayed = `DECISION  AT                        REPLICAS  VERDICT  BINDING   MADE AGAIN
2         2026-11-01T14:03:05.250Z  12        ScaleDown  Maximum   same
`

// TestReplayOfFiles replays the same history in each form that it may come in.
func TestReplayOfFiles(t *testing.T) {
	list := recordedJSON(t)
	manifest := "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: text-decisions\nbinaryData:\n  " + replay.Key + ": " +
		base64.StdEncoding.EncodeToString(gzipped(t, list)) + "\n"
	for name, data := range map[string][]byte{"gzip": gzipped(t, list), "json": list, "ConfigMap": []byte(manifest)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "decisions")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"-f", path}, {"-f", "-"}} {
				out, err := runPlugin(t, data, append([]string{"replay"}, args...)...)
				if err != nil || strings.Count(out, " same\n") != recordings {
					t.Errorf("%q: %v\n%s", args, err, out)
				}
			}
		})
	}
}

func TestReplayOfOne(t *testing.T) {
	for name, args := range map[string][]string{
		"by its number":             {"--index", "2"},
		"by its number from behind": {"--index", strconv.Itoa(1 - recordings)},
		"by the time":               {"--at", "2026-11-01T15:03:59+01:00"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := runPlugin(t, nil, append([]string{"replay", "-f", recordedFile}, args...)...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(squeezed(replayed), squeezed(out)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// squeezed leaves out how wide columns are.
func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestReplayOfTampered changes what was recorded in two decisions.
func TestReplayOfTampered(t *testing.T) {
	before := `"replicas": 12,
   "verdict": "ScaleDown",`
	text := string(recordedJSON(t))
	if strings.Count(text, before) != 1 {
		t.Fatalf("%d decisions of 12 replicas in %s", strings.Count(text, before), recordedFile)
	}
	text = strings.Replace(text, before, `"replicas": 13, "verdict": "ScaleUp",`, 1)
	text = strings.Replace(text, `"message": "the scale target could not be read"`, `"message": "was asleep"`, 1)
	out, err := runPlugin(t, []byte(text), "replay", "-f", "-")
	want := fmt.Sprintf("2 of %d decisions came out differently: the record was changed, or the rules changed without a new version "+
		"(this is version %q)", recordings, capacity.Rules)
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	_, diff, _ := strings.Cut(out, "\n\n")
	if d := cmp.Diff(`Decision 2, as recorded (-) and made again (+):
- .replicas: 13
+ .replicas: 12
- .verdict: "ScaleUp"
+ .verdict: "ScaleDown"
`, diff); d != "" {
		t.Errorf("difference (-want +got):\n%s", d)
	}
	if strings.Count(out, " DIFFERENT\n") != 2 || strings.Count(out, " same\n") != recordings-2 {
		t.Errorf("lines:\n%s", out)
	}
}

func TestReplayOfOtherRules(t *testing.T) {
	text := strings.ReplaceAll(string(recordedJSON(t)), `"rules": "`+capacity.Rules+`"`, `"rules": "0"`)
	out, err := runPlugin(t, []byte(text), "replay", "-f", "-")
	want := fmt.Sprintf("decision 1 was made by version \"0\" of the rules, and this kubectl-modcap has version %q; "+
		"use the kubectl-modcap of the operator's release (and %d more were refused)", capacity.Rules, recordings-1)
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if strings.Count(out, " refused\n") != recordings {
		t.Errorf("lines:\n%s", out)
	}
}

func TestReplayRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		stdin string
		args  []string
		want  string
	}{
		"neither pool nor file": {"", nil, "replay takes either pool/NAME or -f FILE"},
		"pool and file":         {"", []string{"pool/text", "-f", recordedFile}, "replay takes either pool/NAME or -f FILE"},
		"a file that is not":    {"", []string{"-f", "nowhere.gz"}, "read decisions: open nowhere.gz: no such file or directory"},
		"another ConfigMap": {"kind: ConfigMap\nmetadata: {name: live-index}", []string{"-f", "-"},
			"- is ConfigMap live-index, which has no decisions.json.gz: give the one that status.decisions of the pool names"},
		"another kind":      {"kind: ClassifierPool", []string{"-f", "-"}, "- is neither a ConfigMap of decisions nor its key decisions.json.gz"},
		"prose":             {"hello: [", []string{"-f", "-"}, "- is neither a ConfigMap of decisions nor its key decisions.json.gz"},
		"an empty list":     {"[]", []string{"-f", "-"}, "- holds no decision"},
		"half a record":     {`{"input": {}}`, []string{"-f", "-"}, "-: decode decision 1: it needs an input and a decision"},
		"no such number":    {"", []string{"-f", recordedFile, "--index", "15"}, "there is no decision 15: 14 are on record"},
		"no such number, -": {"", []string{"-f", recordedFile, "--index", "-15"}, "there is no decision -15: 14 are on record"},
		"before them all": {"", []string{"-f", recordedFile, "--at", "2026-11-01T14:00:00Z"},
			"the oldest decision on record is of 2026-11-01T14:02:05.250Z, which is later than --at"},
		"not a time": {"", []string{"-f", recordedFile, "--at", "noon"}, `--at is a time such as 2026-11-01T03:10:00Z, not "noon"`},
		"not a pool": {"", []string{"deploy/text"}, `"deploy/text" is neither queue/NAME nor pool/NAME (mqueue/NAME and cpool/NAME do as well)`},
		"both choices": {"", []string{"-f", recordedFile, "--at", "2026-11-01T14:00:00Z", "--index", "1"},
			"if any flags in the group [at index] are set none of the others can be; [at index] were all set"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := runPlugin(t, []byte(c.stdin), append([]string{"replay"}, c.args...)...); err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

// TestReplayOfAnotherOrder has the same values in other bytes.
func TestReplayOfAnotherOrder(t *testing.T) {
	text := strings.Replace(string(recordedJSON(t)), `"rules": "`+capacity.Rules+`",
   "replicas": 12,`, `"replicas": 12,
   "rules": "`+capacity.Rules+`",`, 1)
	out, err := runPlugin(t, []byte(text), "replay", "-f", "-", "--index", "2")
	if err == nil || !strings.Contains(out, "the same values, in another order of fields") {
		t.Errorf("%v\n%s", err, out)
	}
}
